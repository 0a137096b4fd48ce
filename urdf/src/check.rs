//! The first pass: is every element and attribute there, readable and in range, and on which line
//! is what. After it, the values themselves can be read without further ado.

use crate::{Ignored, UrdfError};
use roxmltree::{Document, Node};

/// Deeper nesting than this is no robot description; guards recursive readers.
const MAX_DEPTH: usize = 32;
/// \[bytes\]
const MAX_LEN: usize = 16 << 20;

/// What an attribute must hold.
#[derive(Clone, Copy)]
enum Holds {
    /// Any words.
    Name,
    /// So many finite numbers.
    Numbers(usize),
    /// So many numbers above zero.
    Positive(usize),
    /// A number of at least zero.
    NotNegative,
}
use Holds::{Name, NotNegative, Numbers, Positive};

/// (element, attribute, what it holds, whether it is required)
const ATTRIBUTES: &[(&str, &str, Holds, bool)] = &[
    ("link", "name", Name, true),
    ("joint", "name", Name, true),
    ("joint", "type", Name, true),
    ("parent", "link", Name, true),
    ("child", "link", Name, true),
    ("mimic", "joint", Name, true),
    ("mimic", "multiplier", Numbers(1), false),
    ("mimic", "offset", Numbers(1), false),
    ("origin", "xyz", Numbers(3), false),
    ("origin", "rpy", Numbers(3), false),
    ("origin", "quat_xyzw", Numbers(4), false),
    ("axis", "xyz", Numbers(3), true),
    ("limit", "lower", Numbers(1), false),
    ("limit", "upper", Numbers(1), false),
    ("limit", "velocity", Positive(1), true),
    ("limit", "effort", Positive(1), true),
    ("dynamics", "damping", NotNegative, false),
    ("dynamics", "friction", NotNegative, false),
    ("mass", "value", NotNegative, true),
    ("inertia", "ixx", Numbers(1), true),
    ("inertia", "ixy", Numbers(1), true),
    ("inertia", "ixz", Numbers(1), true),
    ("inertia", "iyy", Numbers(1), true),
    ("inertia", "iyz", Numbers(1), true),
    ("inertia", "izz", Numbers(1), true),
    ("box", "size", Positive(3), true),
    ("cylinder", "radius", Positive(1), true),
    ("cylinder", "length", Positive(1), true),
    ("capsule", "radius", Positive(1), true),
    ("capsule", "length", Positive(1), true),
    ("sphere", "radius", Positive(1), true),
    ("mesh", "filename", Name, true),
    ("mesh", "scale", Numbers(3), false),
    ("color", "rgba", Numbers(4), true),
];

/// (element, children that the reader uses, children that must be there exactly once)
const CHILDREN: &[(&str, &[&str], &[&str])] = &[
    ("robot", &["link", "joint", "material", "gazebo"], &[]),
    ("link", &["inertial", "visual", "collision"], &[]),
    (
        "joint",
        &[
            "origin", "parent", "child", "axis", "limit", "dynamics", "mimic",
        ],
        &["parent", "child"],
    ),
    (
        "inertial",
        &["origin", "mass", "inertia"],
        &["mass", "inertia"],
    ),
    ("visual", &["origin", "geometry", "material"], &["geometry"]),
    ("collision", &["origin", "geometry"], &["geometry"]),
    (
        "geometry",
        &["box", "cylinder", "capsule", "sphere", "mesh"],
        &[],
    ),
    ("material", &["color"], &[]),
];

/// Maps byte positions to lines and makes errors.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(text: &str, file: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, it)| *it == b'\n');
        let line_starts = breaks.map(|(i, _)| i + 1).collect();
        Self { file, line_starts }
    }

    pub(crate) fn line(&self, node: Node) -> usize {
        let start = node.range().start;
        1 + self.line_starts.partition_point(|it| *it <= start)
    }

    pub(crate) fn invalid(
        &self,
        node: Node,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> UrdfError {
        UrdfError::Invalid {
            file: self.file.to_owned(),
            line: self.line(node),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }
}

/// Parses the text as XML.
pub(crate) fn parse_xml<'t>(text: &'t str, file: &str) -> Result<Document<'t>, UrdfError> {
    if text.len() > MAX_LEN {
        let file = file.to_owned();
        return Err(UrdfError::TooLarge {
            file,
            what: "large",
        });
    }
    Document::parse(text).map_err(|error| UrdfError::Xml {
        file: file.to_owned(),
        line: error.pos().row as usize,
        detail: error.to_string(),
    })
}

/// Checks the whole document and lists what will not be used.
pub(crate) fn check(document: &Document, source: &Source) -> Result<Vec<Ignored>, UrdfError> {
    let root = document.root_element();
    if root.tag_name().name() != "robot" {
        return Err(source.invalid(
            root,
            format!("the root element is <{}>", root.tag_name().name()),
            "a URDF's is <robot name=\"…\">",
        ));
    }
    for node in root.descendants().filter(Node::is_element) {
        if node
            .tag_name()
            .namespace()
            .is_some_and(|it| it.contains("xacro"))
        {
            return Err(source.invalid(
                node,
                format!("<{}> is a xacro macro", node.tag_name().name()),
                "expand the file with xacro first",
            ));
        }
    }
    let mut ignored = Vec::new();
    check_element(root, 0, source, &mut ignored)?;
    Ok(ignored)
}

fn check_element(
    node: Node,
    depth: usize,
    source: &Source,
    ignored: &mut Vec<Ignored>,
) -> Result<(), UrdfError> {
    if depth > MAX_DEPTH {
        let file = source.file.to_owned();
        return Err(UrdfError::TooLarge {
            file,
            what: "deeply nested",
        });
    }
    let tag = node.tag_name().name();
    if tag == "gazebo" {
        // Read by `sensor`, which lists for itself what it ignores.
        return Ok(());
    }
    check_attributes(node, tag, source)?;
    if tag == "joint" {
        check_joint_type(node, source)?;
    }
    let (known, required) = CHILDREN
        .iter()
        .find(|it| it.0 == tag)
        .map_or((&[][..], &[][..]), |it| (it.1, it.2));
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        if known.contains(&name) {
            check_element(child, depth + 1, source, ignored)?;
        } else if tag == "geometry" {
            return Err(source.invalid(
                child,
                format!("<{name}> is no shape"),
                "shapes are box, cylinder, capsule, sphere and mesh",
            ));
        } else {
            ignored.push(Ignored {
                line: source.line(child),
                what: format!("<{name}> in <{tag}>"),
            });
        }
    }
    check_counts(node, tag, known, required, source)
}

/// Elements of which a parent may have many.
const REPEATABLE: &[&str] = &["link", "joint", "material", "gazebo", "visual", "collision"];

fn check_counts(
    node: Node,
    tag: &str,
    known: &[&str],
    required: &[&str],
    source: &Source,
) -> Result<(), UrdfError> {
    let count = |name: &str| node.children().filter(|it| it.has_tag_name(name)).count();
    for name in required {
        if count(name) == 0 {
            let problem = format!("<{tag}> has no <{name}>");
            return Err(source.invalid(node, problem, format!("it needs one <{name}>")));
        }
    }
    let is_many = |it: &&&str| (tag == "visual" || !REPEATABLE.contains(*it)) && count(it) > 1;
    if let Some(name) = known.iter().find(is_many) {
        let problem = format!("<{tag}> has more than one <{name}>");
        return Err(source.invalid(node, problem, "keep one"));
    }
    if tag == "geometry" && node.children().filter(Node::is_element).count() != 1 {
        return Err(source.invalid(
            node,
            "<geometry> holds not one shape",
            "give it exactly one",
        ));
    }
    Ok(())
}

fn check_joint_type(node: Node, source: &Source) -> Result<(), UrdfError> {
    const TYPES: &[&str] = &[
        "fixed",
        "revolute",
        "continuous",
        "prismatic",
        "floating",
        "planar",
        "spherical",
    ];
    let kind = node.attribute("type").unwrap_or_default();
    if TYPES.contains(&kind) {
        return Ok(());
    }
    let name = node.attribute("name").unwrap_or_default();
    let problem = format!("joint {name:?} is of type {kind:?}");
    Err(source.invalid(node, problem, format!("types are {}", TYPES.join(", "))))
}

fn check_attributes(node: Node, tag: &str, source: &Source) -> Result<(), UrdfError> {
    for (_, name, holds, required) in ATTRIBUTES.iter().filter(|it| it.0 == tag) {
        let Some(value) = node.attribute(*name) else {
            // URDF leaves out the limits of joints that have none.
            if !*required {
                continue;
            }
            let problem = format!("<{tag}> has no attribute {name:?}");
            return Err(source.invalid(node, problem, format!("it needs {}", holds.in_words())));
        };
        if !holds.accepts(value) {
            return Err(source.invalid(
                node,
                format!("<{tag} {name}={value:?}> does not fit"),
                format!("{name:?} must be {}", holds.in_words()),
            ));
        }
    }
    Ok(())
}

impl Holds {
    fn accepts(self, value: &str) -> bool {
        let numbers = || -> Option<Vec<f64>> {
            let words = value.split_whitespace();
            let numbers = words.map(|it| it.parse::<f64>().ok().filter(|it| it.is_finite()));
            numbers.collect()
        };
        match self {
            Name => !value.trim().is_empty(),
            Numbers(count) => numbers().is_some_and(|it| it.len() == count),
            Positive(count) => {
                numbers().is_some_and(|it| it.len() == count && it.iter().all(|it| *it > 0.0))
            }
            NotNegative => numbers().is_some_and(|it| it.len() == 1 && it[0] >= 0.0),
        }
    }

    fn in_words(self) -> String {
        match self {
            Name => "a name".to_owned(),
            Numbers(1) => "a finite number".to_owned(),
            Numbers(count) => format!("{count} finite numbers"),
            Positive(1) => "a number above 0".to_owned(),
            Positive(count) => format!("{count} numbers above 0"),
            NotNegative => "a number of at least 0".to_owned(),
        }
    }
}
