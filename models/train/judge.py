"""What detections are worth, picture by picture: the rules of `./hearth bench perception`.

The same rules are in Rust in nodes/cli/src/bench/perception; `judge_fixture.py` makes the numbers by which a test there
compares the two. No network in here, only boxes and probabilities.
"""

import numpy as np

GESTURES = ("waving", "raising_left_arm", "raising_right_arm", "pointing_left", "pointing_right")
# Of an arm that is behind something or beyond the picture's edge.
UNSEEN = "unseen"
POSTURES = ("standing", "sitting", "lying")
GESTURE_PHRASES = ("a person waving", "a person raising their left arm", "a person raising their right arm",
                   "a person pointing to the left", "a person pointing to the right")
POSTURE_PHRASES = ("a person standing", "a person sitting", "a person lying down")
ACTS = GESTURE_PHRASES + POSTURE_PHRASES
# At most so many phrases of a picture are asked for.
MOST_COMPOUND, MOST_NOVEL = 6, 4
# A detection is of a thing from this overlap on.
SAME = 0.5
# Surer than this counts for average precision.
LEAST_CONFIDENCE = 0.02
# [px] Narrower people tell nothing about their arms.
NARROWEST_PERSON_PX = 12


def overlap(a, b):
    """[n, 4], [m, 4] -> intersection over union [n, m]."""
    least = np.maximum(a[:, None, :2], b[None, :, :2])
    most = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inner = np.prod((most - least).clip(0), 2)
    area = lambda it: np.prod((it[:, 2:] - it[:, :2]).clip(0), 1)
    return inner / (area(a)[:, None] + area(b)[None] - inner).clip(1e-6)


def drawn(usable, number, most):
    """At most so many of these indices, the same ones for the same picture: those with the least hash (splitmix64)."""
    with np.errstate(over="ignore"):
        z = np.uint64(number) * np.uint64(0x9E3779B97F4A7C15) + usable.astype(np.uint64) * np.uint64(0xD1B54A32D192ED03)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return usable[np.argsort(z, kind="stable")[:most]]


def average_precision(found, truths):
    """found: (confidence, whether right) over all pictures; truths: how many there are. Area under the curve of
    precision over recall, each precision the best at that recall or a higher one."""
    if truths == 0:
        return None
    right = np.array([r for _, r in sorted(found, key=lambda it: -it[0])], float)
    precision = np.cumsum(right) / np.arange(1, len(right) + 1) if len(right) else np.zeros(0)
    recall = np.cumsum(right) / truths
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * precision))


def calibration_error(pairs, calibration, bins=15):
    """Expected calibration error (Guo et al., 2017) of probabilities that a phrase describes a thing."""
    if not pairs:
        return float("nan")
    logits, truth = (np.array(it, float) for it in zip(*pairs))
    p = 1 / (1 + np.exp(-(calibration[0] * logits + calibration[1])))
    index = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs(p[index == k].mean() - truth[index == k].mean()) * (index == k).mean() for k in range(bins) if (index == k).any()]
    return float(np.sum(gaps))


class Judge:
    """Gathers what was found in pictures. Things that show too little of themselves are neither demanded nor held
    against the detector, and so are things of which nobody can say whether the phrase describes them."""

    def __init__(self, phrases):
        self.phrases = phrases
        self.kinds = {}
        for i, it in enumerate(phrases.entries):
            if list(it["constraints"]) == ["kind"] and len(it["constraints"]["kind"]) == 1 and not it["novel"]:
                self.kinds.setdefault(it["constraints"]["kind"][0], i)
        self.compound = np.array([len(it["constraints"]) > 1 and not it["novel"] for it in phrases.entries])
        self.novel = np.array([it["novel"] for it in phrases.entries])
        self.found_of, self.truths_of = {k: [] for k in self.kinds}, dict.fromkeys(self.kinds, 0)
        self.top, self.new, self.gestures, self.postures, self.pairs, self.recalled = [], [], [], [], [], []

    def add(self, number, things, found, score, person, log_odds):
        """Picture `number`: (box, attributes, whether it counts, whether a person) of what is there; boxes [n, 4],
        confidence [n], whether a person [n] of what was found; log odds [n, phrases and ACTS]."""
        truth = np.array([t[0] for t in things], np.float32).reshape(-1, 4)
        attributes = [t[1] for t in things]
        counts = np.array([t[2] for t in things], bool)
        is_person = np.array([t[3] for t in things], bool)
        matches, near = self.phrases.matches(attributes), self.phrases.near_misses(attributes)
        p = 1 / (1 + np.exp(-log_odds))
        texts = len(self.phrases.texts)
        p, acted, log_odds = p[:, :texts], p[:, texts:], log_odds[:, :texts]
        ious = overlap(found.reshape(-1, 4), truth) * (person[:, None] == is_person[None])
        self.recalled += list((ious[:, counts] >= SAME).any(0))
        self._precision(matches, counts, ious, score, p)
        if not counts.any():
            return
        asked = self._ask(number, matches, near, counts, ious, score, p)
        for j in range(len(found)):
            best = ious[j].argmax()
            if ious[j, best] >= SAME and counts[best]:
                self.pairs += [(float(log_odds[j, index]), int(matches[best, index])) for index in asked if matches[best, index] >= 0]
        for t in np.flatnonzero(is_person & counts):
            if truth[t, 2] - truth[t, 0] >= NARROWEST_PERSON_PX:
                self._person(attributes[t], ious[:, t], acted)

    def _precision(self, matches, counts, ious, score, p):
        for kind, index in self.kinds.items():
            is_kind = matches[:, index] == 1
            free = ~counts & is_kind | (matches[:, index] == -1)
            self.truths_of[kind] += int((is_kind & counts).sum())
            taken = np.zeros(len(counts), bool)
            confidence = score * p[:, index]
            for j in np.argsort(-confidence, kind="stable"):
                if confidence[j] < LEAST_CONFIDENCE:
                    break
                fresh = (ious[j] >= SAME) & is_kind & counts & ~taken
                if fresh.any():
                    taken[np.argmax(ious[j] * fresh)] = True
                    self.found_of[kind].append((confidence[j], 1))
                elif not ((ious[j] >= SAME) & free).any():
                    self.found_of[kind].append((confidence[j], 0))

    def _ask(self, number, matches, near, counts, ious, score, p):
        """Asks for what is there beside things that it could be taken for; not where nobody could say of something."""
        seen = counts[:, None]
        fair = ((matches == 1) & seen).any(0) & ~(matches == -1).any(0)
        asked = drawn(np.flatnonzero(self.compound & fair & (near & seen).any(0)), number, MOST_COMPOUND)
        fresh = drawn(np.flatnonzero(self.novel & fair & ((matches == 0) & seen).any(0)), number, MOST_NOVEL)

        def right(index):
            if not len(score):
                return False
            return bool((ious[np.argmax(np.sqrt(score) * p[:, index])] * (matches[:, index] == 1)).max() >= SAME)

        self.top += [right(index) for index in asked]
        self.new += [(self.phrases.texts[index], right(index)) for index in fresh]
        return asked

    def _person(self, said, ious, acted):
        j = ious.argmax() if len(ious) else None
        gesture = posture = None
        if j is not None and ious[j] >= SAME:
            act = acted[j, : len(GESTURES)]
            gesture = GESTURES[act.argmax()] if act.max() > 0.5 else "none"
            posture = POSTURES[acted[j, len(GESTURES) :].argmax()]
        made = said.get("gesture", ["none"])[0]
        if made != UNSEEN:
            self.gestures.append(gesture == made)
        self.postures.append(posture == said["posture"][0])

    def precisions(self):
        return {k: average_precision(self.found_of[k], self.truths_of[k]) for k in self.kinds}

    def figures(self):
        mean = lambda it: np.mean(it) if len(it) else float("nan")
        figures = {
            "map50": mean([v for v in self.precisions().values() if v is not None]),
            "recall": mean(self.recalled), "phrase_top1_hard": mean(self.top),
            "gesture_accuracy": mean(self.gestures + self.postures), "gestures": mean(self.gestures),
            "postures": mean(self.postures), "novel_words_accuracy": mean([r for _, r in self.new]),
            "ece": calibration_error(self.pairs, (1.0, 0.0)),
        }
        return {k: round(float(v), 4) for k, v in figures.items()}
