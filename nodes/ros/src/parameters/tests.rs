use super::*;

fn parameters() -> Parameters {
    let text = "
safety:
  base: {max_forward_m_s: 0.55, stamped: true}
  sectors: [[1.0, 2.0]]
  links: [a, b]
planner: {queue_length: 4}
";
    Parameters {
        path: "ember.yaml".into(),
        text: Some(text.to_owned()),
        tree: serde_yaml::from_str(text).expect("YAML"),
    }
}

#[test]
fn keys_are_dotted_and_values_typed() {
    assert_eq!(
        parameters().list(&["safety"]),
        [
            (
                "safety.base.max_forward_m_s".to_owned(),
                ParameterValue::Double(0.55)
            ),
            ("safety.base.stamped".to_owned(), ParameterValue::Bool(true)),
            (
                "safety.sectors".to_owned(),
                ParameterValue::String("- - 1.0\n  - 2.0".to_owned())
            ),
            (
                "safety.links".to_owned(),
                ParameterValue::StringArray(vec!["a".to_owned(), "b".to_owned()])
            ),
        ]
    );
}

#[test]
fn a_parameter_is_changed_in_its_type() {
    let key = "safety.base.max_forward_m_s";
    let changed = parameters()
        .with(key, &ParameterValue::Integer(1))
        .expect("fits");
    assert_eq!(changed.get(key), Some(ParameterValue::Integer(1)));
    let sectors = ParameterValue::String("[[0.5, 0.6], [2, 3]]".to_owned());
    assert!(parameters().with("safety.sectors", &sectors).is_ok());

    let error = parameters()
        .with(key, &ParameterValue::Bool(true))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{key} is a number, not a truth value")
    );
}

#[test]
fn an_unknown_parameter_is_refused_with_the_one_that_was_meant() {
    let error = parameters()
        .with("safety.max_forward_m_s", &ParameterValue::Double(0.3))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no parameter \"safety.max_forward_m_s\"; did you mean \"safety.base.max_forward_m_s\"?"
    );
    assert!(
        parameters()
            .with("safety.base", &ParameterValue::Double(0.3))
            .is_err()
    );
}

#[test]
fn an_overlay_changes_what_it_names_and_nothing_else() {
    let mut tree = parameters().tree;
    merge(
        &mut tree,
        serde_yaml::from_str("safety: {base: {stamped: false}, links: [c]}").expect("YAML"),
    );
    let merged = Parameters {
        tree,
        ..parameters()
    };
    assert_eq!(
        merged.get("safety.base.stamped"),
        Some(ParameterValue::Bool(false))
    );
    assert_eq!(
        merged.get("safety.base.max_forward_m_s"),
        Some(ParameterValue::Double(0.55))
    );
    assert_eq!(
        merged.get("safety.links"),
        Some(ParameterValue::StringArray(vec!["c".to_owned()]))
    );
}

fn with_detector(detector: &str) -> Parameters {
    let text = format!("perception: {{detector: {detector}, max_range_m: 5.0}}");
    Parameters {
        path: "ember.yaml".into(),
        tree: serde_yaml::from_str(&text).expect("YAML"),
        text: Some(text),
    }
}

const KIND: &str = "perception.detector.kind";

fn string(it: &str) -> ParameterValue {
    ParameterValue::String(it.to_owned())
}

#[test]
fn what_is_inside_an_optional_mapping_is_a_parameter_like_any() {
    let with = with_detector("{kind: hearth-ground}");
    let names: Vec<String> = with
        .list(&["perception"])
        .into_iter()
        .map(|it| it.0)
        .collect();
    assert_eq!(names, [KIND, "perception.max_range_m"]);
    assert_eq!(with.get(KIND), Some(string("hearth-ground")));
    assert_eq!(with.get("perception.detector"), None);

    let changed = with.with(KIND, &string("yolo")).expect("fits");
    assert_eq!(changed.get(KIND), Some(string("yolo")));
    assert!(with.with(KIND, &ParameterValue::Integer(3)).is_err());
    let whole = with.with("perception.detector", &string("{kind: yolo}"));
    assert!(matches!(whole, Err(ParameterError::Unknown { .. })));
}

#[test]
fn a_mapping_that_is_left_out_begins_with_what_is_set_in_it() {
    let without = with_detector("null");
    assert_eq!(
        without.get("perception.detector"),
        Some(ParameterValue::NotSet)
    );
    assert_eq!(without.get(KIND), None);

    let changed = without.with(KIND, &string("hearth-ground")).expect("fits");
    assert_eq!(changed.get(KIND), Some(string("hearth-ground")));
    let both = changed.with("perception.detector.threads", &ParameterValue::Integer(2));
    assert!(matches!(both, Err(ParameterError::Unknown { .. })));

    let whole = without
        .with("perception.detector", &string("{kind: owl, threads: 2}"))
        .expect("fits");
    assert_eq!(
        whole.get("perception.detector.threads"),
        Some(ParameterValue::Integer(2))
    );
    assert_eq!(without.get(KIND), None, "only the copy changed");
}

#[test]
fn an_overlay_leaves_a_mapping_out_or_puts_one_in() {
    for (under, over, kind) in [
        ("{kind: yolo, model: a.onnx}", "null", None),
        ("null", "{kind: ssd}", Some(string("ssd"))),
        ("{kind: yolo}", "{kind: ssd}", Some(string("ssd"))),
    ] {
        let mut merged = with_detector(under);
        merge(&mut merged.tree, with_detector(over).tree);
        assert_eq!(merged.get(KIND), kind, "{under} under {over}");
    }
}
