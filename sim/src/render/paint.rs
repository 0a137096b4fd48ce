//! What things look like, and new looks for the flat's furniture, walls and floors.

use super::solid::Look;
use super::spec::{PartSpec, TextureKind, TextureSpec};
use super::stage::Stage;
use super::texture::{Pattern, Texture, drawn};
use crate::noise::Noise;
use crate::sdf::SdfMaterial;

/// Of what the flat's file says nothing about.
pub(super) const PLAIN: SdfMaterial = SdfMaterial {
    diffuse: [0.7, 0.7, 0.7, 1.0],
    specular: 0.1,
    emissive: 0.0,
};

pub(super) fn srgb(material: &SdfMaterial) -> [f32; 3] {
    let [r, g, b, _] = material.diffuse;
    [r, g, b].map(|it| it as f32 * 255.0)
}

pub(super) fn plain(material: &SdfMaterial, rgb: [f32; 3]) -> Look {
    let [r, g, b] = rgb.map(|it| it / 255.0);
    Look {
        rgba: [r, g, b, material.diffuse[3] as f32],
        specular: material.specular.min(0.5) as f32,
        shininess: (0.3 + 0.4 * material.specular.min(1.0)) as f32,
        emission: material.emissive as f32,
        texture: None,
    }
}

/// A colour that furniture, walls or floors have.
fn colour(is_wall: bool, draw: &mut Noise) -> [f32; 3] {
    let kind = draw.uniform();
    let tone = |base: [f64; 3], spread: f64, draw: &mut Noise| {
        let light = draw.gaussian(spread);
        base.map(|it| (it + light + draw.gaussian(spread / 3.0)).clamp(5.0, 250.0) as f32)
    };
    let pale = if is_wall { 0.6 } else { 0.25 };
    if kind < pale {
        let grey = draw.between(175.0, 240.0);
        tone([grey, grey - 3.0, grey - 9.0], 8.0, draw)
    } else if kind < pale + 0.25 {
        tone([150.0, 108.0, 70.0], 32.0, draw)
    } else if kind < pale + 0.40 {
        let grey = draw.between(40.0, 170.0);
        tone([grey; 3], 8.0, draw)
    } else {
        let (low, high) = (draw.between(30.0, 140.0), draw.between(120.0, 245.0));
        [(); 3].map(|()| draw.between(low.min(high), high.max(low)) as f32)
    }
}

pub(super) fn repainted(
    material: &SdfMaterial,
    keeps: bool,
    is_wall: bool,
    stage: &mut Stage,
    draw: &mut Noise,
) -> Look {
    if keeps || draw.uniform() < 0.25 {
        let rgb = srgb(material).map(|it| (it + draw.gaussian(9.0) as f32).clamp(0.0, 255.0));
        return plain(material, rgb);
    }
    let rgb = colour(is_wall, draw);
    let mut look = plain(material, rgb);
    if draw.uniform() < 0.4 {
        look.texture = stage.paint(1, &drawn(rgb, draw));
        if look.texture.is_some() {
            look.rgba = [1.0; 4];
        }
    }
    look.specular = (draw.uniform().powi(2) * 0.5) as f32;
    look.shininess = draw.between(0.1, 0.9) as f32;
    look
}

/// Of a thing's part; `known` has the textures that are painted for the scene.
pub(super) fn look(
    stage: &mut Stage,
    part: &PartSpec,
    known: &mut Vec<(Texture, Option<usize>)>,
) -> Look {
    let [r, g, b] = part.rgb.map(|it| (it / 255.0) as f32);
    let shine = part.shine.clamp(0.0, 1.0) as f32;
    let slot = part.texture.as_ref().and_then(|it| {
        let texture = texture_of(part, it);
        if let Some(found) = known.iter().find(|it| it.0 == texture) {
            return found.1;
        }
        let slot = stage.paint(0, &texture);
        known.push((texture, slot));
        slot
    });
    Look {
        rgba: if slot.is_some() {
            [1.0; 4]
        } else {
            [r, g, b, 1.0]
        },
        specular: 0.5 * shine,
        shininess: 0.3 + 0.5 * shine,
        emission: 0.0,
        texture: slot,
    }
}

fn texture_of(part: &PartSpec, texture: &TextureSpec) -> Texture {
    Texture {
        pattern: match texture.kind {
            TextureKind::Checker => Pattern::Checker,
            TextureKind::Gradient => Pattern::Gradient,
            TextureKind::Speckle => Pattern::Speckle,
        },
        rgb: part.rgb.map(|it| it as f32),
        rgb2: texture.rgb2.map(|it| it as f32),
        repeat: texture.repeat.clamp(1.0, 16.0) as f32,
        seed: 1,
    }
}
