//! COCO's classes and words for them.

/// The classes by their number in COCO, from 1; some numbers are not in use.
const NUMBERED: [&str; 90] = [
    "person",
    "bicycle",
    "car",
    "motorcycle",
    "airplane",
    "bus",
    "train",
    "truck",
    "boat",
    "traffic light",
    "fire hydrant",
    "",
    "stop sign",
    "parking meter",
    "bench",
    "bird",
    "cat",
    "dog",
    "horse",
    "sheep",
    "cow",
    "elephant",
    "bear",
    "zebra",
    "giraffe",
    "",
    "backpack",
    "umbrella",
    "",
    "",
    "handbag",
    "tie",
    "suitcase",
    "frisbee",
    "skis",
    "snowboard",
    "sports ball",
    "kite",
    "baseball bat",
    "baseball glove",
    "skateboard",
    "surfboard",
    "tennis racket",
    "bottle",
    "",
    "wine glass",
    "cup",
    "fork",
    "knife",
    "spoon",
    "bowl",
    "banana",
    "apple",
    "sandwich",
    "orange",
    "broccoli",
    "carrot",
    "hot dog",
    "pizza",
    "donut",
    "cake",
    "chair",
    "couch",
    "potted plant",
    "bed",
    "",
    "dining table",
    "",
    "",
    "toilet",
    "",
    "tv",
    "laptop",
    "mouse",
    "remote",
    "keyboard",
    "cell phone",
    "microwave",
    "oven",
    "toaster",
    "sink",
    "refrigerator",
    "",
    "book",
    "clock",
    "vase",
    "scissors",
    "teddy bear",
    "hair drier",
    "toothbrush",
];

/// The name of COCO's class of that number.
pub(super) fn name(number: usize) -> Option<&'static str> {
    let name = NUMBERED.get(number.checked_sub(1)?)?;
    (!name.is_empty()).then_some(*name)
}

/// The names of all numbers from 0, empty where there is no class.
pub(super) fn names() -> Vec<String> {
    (0..=NUMBERED.len())
        .map(|it| name(it).unwrap_or_default().to_owned())
        .collect()
}

/// Words and the classes that they mean.
pub(super) const SYNONYMS: [(&str, &str); 46] = [
    ("people", "person"),
    ("somebody", "person"),
    ("someone", "person"),
    ("human", "person"),
    ("man", "person"),
    ("men", "person"),
    ("woman", "person"),
    ("women", "person"),
    ("child", "person"),
    ("children", "person"),
    ("boy", "person"),
    ("girl", "person"),
    ("adult", "person"),
    ("guest", "person"),
    ("mug", "cup"),
    ("teacup", "cup"),
    ("beaker", "cup"),
    ("tumbler", "cup"),
    ("wineglass", "wine glass"),
    ("flask", "bottle"),
    ("knives", "knife"),
    ("dish", "bowl"),
    ("sofa", "couch"),
    ("settee", "couch"),
    ("armchair", "chair"),
    ("stool", "chair"),
    ("seat", "chair"),
    ("table", "dining table"),
    ("desk", "dining table"),
    ("plant", "potted plant"),
    ("houseplant", "potted plant"),
    ("television", "tv"),
    ("tv set", "tv"),
    ("screen", "tv"),
    ("monitor", "tv"),
    ("notebook computer", "laptop"),
    ("phone", "cell phone"),
    ("mobile phone", "cell phone"),
    ("smartphone", "cell phone"),
    ("telephone", "cell phone"),
    ("remote control", "remote"),
    ("fridge", "refrigerator"),
    ("ball", "sports ball"),
    ("bag", "handbag"),
    ("rucksack", "backpack"),
    ("doughnut", "donut"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_cocos() {
        for (number, expected) in [
            (1, "person"),
            (17, "cat"),
            (47, "cup"),
            (67, "dining table"),
            (90, "toothbrush"),
        ] {
            assert_eq!(name(number), Some(expected));
        }
        assert_eq!(name(0), None);
        assert_eq!(name(12), None);
        assert_eq!(name(91), None);
        assert_eq!(names().iter().filter(|it| !it.is_empty()).count(), 80);
    }

    #[test]
    fn every_synonym_means_a_class() {
        let names = names();
        assert!(
            SYNONYMS
                .iter()
                .all(|(_, name)| names.iter().any(|it| it == name))
        );
    }
}
