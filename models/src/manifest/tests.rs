use super::*;
use proptest::prelude::*;

const REAL: &str = include_str!("../../manifest.yaml");

fn parse(text: &str) -> Result<Manifest, ModelError> {
    Manifest::from_text(Path::new("/root"), Path::new("models/manifest.yaml"), text)
}

fn complaint(right: &str, wrong: &str) -> String {
    assert!(REAL.contains(right), "{right}");
    parse(&REAL.replacen(right, wrong, 1))
        .expect_err("wrong")
        .to_string()
}

#[test]
fn the_manifest_names_the_text_tower_and_where_its_files_are() {
    let manifest = parse(REAL).expect("the manifest");
    let tower = manifest.model("all-minilm-l6-v2").expect("the text tower");
    assert_eq!(tower.fetch, Fetch::Default);
    assert_eq!(tower.licence, "Apache-2.0");
    let tokenizer = tower.file("tokenizer.json").expect("its tokenizer");
    let expected = Path::new("/root/.sysroot/models/all-minilm-l6-v2/tokenizer.json");
    assert_eq!(tokenizer.path, expected);
    let onnx = tower.onnx.as_ref().expect("a graph");
    assert_eq!(onnx.outputs[0].to_string(), "embedding f32 [batch, 384]");
}

#[test]
fn an_unknown_model_is_answered_with_those_there_are() {
    let said = parse(REAL)
        .expect("the manifest")
        .model("gpt")
        .expect_err("unknown")
        .to_string();
    assert!(
        said.starts_with("there is no model \"gpt\"; the manifest has all-minilm-l6-v2, "),
        "{said}"
    );
}

#[test]
fn says_file_line_key_and_what_would_be_right() {
    // What to put in place of what, and what is said of the line where that stands then.
    let expectations = [
        (
            "licence: Apache-2.0",
            "license: Apache-2.0",
            "unknown field `license`, expected one of",
        ),
        (
            "fetch: default",
            "fetch: always",
            "unknown variant `always`, expected one of `default`",
        ),
        (
            "bytes: 28056",
            "bytes: many",
            "invalid type: string \"many\"",
        ),
        (
            "id: all-minilm-l6-v2",
            "id: MiniLM",
            "models[MiniLM].id is \"MiniLM\", but it must be in kebab-case",
        ),
        (
            "path: models/minilm.onnx",
            "path: /etc/passwd",
            "path is \"/etc/passwd\", but it must be relative",
        ),
        (
            "path: models/minilm.onnx",
            "path: models/../../x",
            "without `..`",
        ),
        ("opset: 20", "opset: 0", "onnx.opset is 0"),
        (
            "type: i64",
            "type: int",
            "unknown variant `int`, expected one of `f16`",
        ),
        ("purpose: what", "purpose: '' #", "purpose is empty"),
        (
            "opset: 20",
            "opset: 20\n      opsets: 21",
            "unknown field `opsets`",
        ),
    ];
    for (right, wrong, expected) in expectations {
        let damaged = REAL.replacen(right, wrong, 1);
        let last = wrong.lines().last().expect("a line");
        let line = damaged
            .lines()
            .position(|it| it.contains(last))
            .expect("it is there")
            + 1;
        let said = parse(&damaged).expect_err("wrong").to_string();
        let start = format!("models/manifest.yaml:{line}: ");
        assert!(
            said.starts_with(&start) && said.contains(expected),
            "{wrong}, line {line}: {said}"
        );
    }
}

#[test]
fn says_what_is_missing_or_there_twice() {
    let expectations = [
        ("    licence: Apache-2.0\n", "", "missing field `licence`"),
        (
            "id: ssd-mobilenet-v2-coco",
            "id: all-minilm-l6-v2",
            "models[all-minilm-l6-v2].id is there twice",
        ),
        (
            "name: attention_mask",
            "name: input_ids",
            "onnx.inputs is empty or names one twice",
        ),
        (
            "sha256: 53aa",
            "sha256: 53a",
            "d9db\", but it must be 64 hexadecimal digits",
        ),
        (
            "models:",
            "model:",
            "unknown field `model`, expected `models`",
        ),
    ];
    for (right, wrong, expected) in expectations {
        let said = complaint(right, wrong);
        assert!(
            said.starts_with("models/manifest.yaml:") && said.contains(expected),
            "{wrong}: {said}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = parse(&text);
    }

    #[test]
    fn no_damage_to_the_manifest_makes_it_panic_or_points_past_its_end(
        at in 0..REAL.len(), length in 0_usize..200, patch in "[ -~\n]{0,20}",
    ) {
        let end = (at + length).min(REAL.len());
        let damaged = format!("{}{patch}{}", &REAL[..at], &REAL[end..]);
        if let Err(error) = parse(&damaged) {
            prop_assert!(error.to_string().starts_with("models/manifest.yaml"));
            if let ModelError::Manifest { line: Some(line), .. } = error {
                prop_assert!((1..=damaged.lines().count() + 1).contains(&line));
            }
        }
    }
}
