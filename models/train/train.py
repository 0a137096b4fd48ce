"""Trains hearth-ground, one network after the other. `python train.py --help`; README.md has the commands that made the
committed weights."""

import argparse
import json
import math
import queue
import threading
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from data import Looks, Renders, Windows
from evaluate import Detector, evaluate, recall
from model import EMBEDDING, FRAMES, TRAITS, Look, Where, Words, corrected, crops, half_precision, pictures
from phrases import Phrases
from text import sentences

PHRASES_A_STEP = 640
# What each trait's lesson counts. Arms are a few pixels of a person, and clothes are most of it.
WEIGHTS = {"gesture": 4.0, "facing": 2.0, "shirt": 2.0}


def options():
    it = argparse.ArgumentParser(description=__doc__)
    it.add_argument("network", choices=("where", "things", "people"))
    it.add_argument("--train", required=True, nargs="+", help="folders that `./hearth sim render --split train` wrote")
    it.add_argument("--val", required=True, help="the same of --split val")
    it.add_argument("--out", required=True, help="folder for checkpoints, log and curves; goes on where it was cut off")
    it.add_argument("--where", help="checkpoint of the network that finds what things and people look at")
    it.add_argument("--epochs", type=int, default=8)
    it.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    it.add_argument("--seed", type=int, default=1)
    it.add_argument("--start-from", help="checkpoint whose weights to begin with, as far as they fit")
    it.add_argument("--no-depth", action="store_true", help="blind to depth, to tell what it is worth")
    it.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    o = it.parse_args()
    if o.network != "where" and not o.where:
        it.error("--where is missing: what things and people look at is found by that network")
    return o


def ahead(batches, depth=4):
    """Prepares batches on a thread of its own."""
    ready = queue.Queue(depth)

    def work():
        for batch in batches:
            ready.put(batch)
        ready.put(None)

    threading.Thread(target=work, daemon=True).start()
    while (batch := ready.get()) is not None:
        yield batch


def middle_loss(logits, wanted, ignored):
    """Focal loss of CenterNet: only a middle's very place is right, places beside it are less wrong."""
    p = logits.sigmoid().clamp(1e-4, 1 - 1e-4)
    is_middle = (wanted > 0.999).float()
    right = -((1 - p) ** 2) * p.log() * is_middle
    wrong = -(p**2) * (1 - p).log() * (1 - wanted) ** 4 * (1 - is_middle) * (~ignored).float()
    return (right.sum() + wrong.sum()) / is_middle.sum().clamp(min=1)


def overlap_loss(found, wanted, weight):
    """Generalised intersection over union (Rezatofighi et al., 2019) of boxes [n, 4] as corners."""
    area = lambda it: (it[:, 2:] - it[:, :2]).clamp(min=0).prod(1)
    corners = lambda a, b: (torch.minimum(a, b), torch.maximum(a, b))
    least, most = corners(found, wanted)
    inner = (least[:, 2:] - most[:, :2]).clamp(min=0).prod(1)
    hull = (most[:, 2:] - least[:, :2]).clamp(min=0).prod(1)
    union = area(found) + area(wanted) - inner
    giou = inner / union.clamp(min=1e-3) - (hull - union) / hull.clamp(min=1e-3)
    return ((1 - giou) * weight).sum() / weight.sum().clamp(min=1)


def choose(matches, near, random):
    """Which phrases a step is about: some that describe each thing, some that nearly do, and others."""
    some = lambda rows, most: [random.choice(np.flatnonzero(it), min(most, it.sum()), replace=False) for it in rows]
    others = random.choice(matches.shape[1], min(PHRASES_A_STEP // 2, matches.shape[1]), replace=False)
    return np.unique(np.concatenate([others, *some(matches == 1, 4), *some(near, 3)]).astype(np.int64))


def phrase_loss(logits, matches):
    """Binary cross-entropy; for each thing the phrases that describe it weigh as much as those that do not."""
    right, wrong = (matches == 1).float(), (matches == 0).float()
    yes, no = F.softplus(-logits) * right, F.softplus(logits) * wrong
    # Hard ones among the wrong count most: a red bowl for "a red cup".
    hardness = (logits.detach().sigmoid() + 0.1) * wrong
    no = (no * hardness).sum(1) / hardness.sum(1).clamp(min=1e-6)
    yes = yes.sum(1) / right.sum(1).clamp(min=1)
    return (yes + no).mean() + 0.5 * (contrast(logits, right, wrong) + contrast(logits.T, right.T, wrong.T))


def contrast(logits, right, wrong):
    """Each right one against all wrong ones of its row (InfoNCE with several positives, as in Khosla et al., 2020)."""
    others = torch.logsumexp(logits.masked_fill(wrong == 0, -1e4), 1, keepdim=True)
    losses = (F.softplus(others - logits) * right).sum(1) / right.sum(1).clamp(min=1)
    has = (right.sum(1) > 0) & (wrong.sum(1) > 0)
    return losses[has].mean() if has.any() else logits.sum() * 0


class Lessons:
    """What is known of traits: which value a thing has, which ones a phrase lets pass. Classes teach faster than phrases."""

    def __init__(self, kind):
        self.traits = TRAITS[kind]
        self.known = {}

    def values(self, thing):
        """For each value of each trait its share in what the thing is, a hue between red and orange half of each; a trait of
        which nothing is known has none."""
        key = repr(thing)
        if key not in self.known:
            rows = [[float(v in thing.get(a, ())) for v in values] for a, values in self.traits]
            self.known[key] = np.concatenate([np.array(it, np.float32) / max(sum(it), 1.0) for it in rows])
        return self.known[key]

    def seen(self, logits, things):
        """Cross-entropy of each trait's values."""
        wanted = torch.from_numpy(np.stack([self.values(it) for it in things])).to(logits.device)
        sizes, loss = [len(values) for _, values in self.traits], logits.sum() * 0
        for (attribute, _), given, right in zip(self.traits, logits.split(sizes, 1), wanted.split(sizes, 1)):
            taught = right.sum(1) > 0
            if taught.any():
                one = F.cross_entropy(given[taught], right[taught], label_smoothing=0.05)
                loss = loss + WEIGHTS.get(attribute, 1.0) * one
        return loss

    def passes(self, phrases):
        """Of each phrase which values pass, and of which ones that is known: [phrases, values] twice. What it does not speak of
        passes, but for a category ("something to drink"), which stands for kinds that only the things themselves tell."""
        wanted, known = [], []
        for told in (it["constraints"] for it in phrases):
            is_vague = bool(told.keys() & {"category", "colours"})
            for attribute, values in self.traits:
                named = [float(it in told.get(attribute, ())) for it in values]
                wanted += named if any(named) else [1.0] * len(values)
                known += [float(attribute in told or not is_vague)] * len(values)
        return (torch.tensor(it).reshape(len(phrases), -1) for it in (wanted, known))


def heard_loss(logits, wanted, known):
    return (F.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * known).sum(1).mean()


class Trainer:
    """What the trainings have in common: steps, checkpoints, a running mean of the weights, curves."""

    # Names of what `learn` returns, and of the figures worth a curve.
    losses, figures = (), ()

    def __init__(self, o, parts, batches):
        self.o, self.out, self.batches = o, Path(o.out), batches
        self.out.mkdir(parents=True, exist_ok=True)
        self.parts = nn.ModuleDict(parts).to(o.device)
        # Names of the weights that were learnt before.
        self.known = set()
        if o.start_from:
            self.begin_with(torch.load(o.start_from, map_location=o.device, weights_only=False)["mean"])
        torch.manual_seed(o.seed)
        self.mean = {k: v.detach().clone() for k, v in self.parts.state_dict().items()}
        self.batches_an_epoch = batches.steps()
        self.steps = o.epochs * self.batches_an_epoch
        groups = {}
        for name, p in self.parts.named_parameters():
            part = name.split(".")[0]
            decay = 0.03 if p.ndim > 1 and part in ("where", "look") else 0.0
            # What all logits go through must find its place early.
            pace = 8.0 if name in ("words.log_scale", "words.bias", "words.gain") else 1.0
            groups.setdefault((decay, pace), []).append(p)
        groups = [{"params": it, "weight_decay": decay, "pace": pace} for (decay, pace), it in groups.items()]
        self.optimiser = torch.optim.AdamW(groups, lr=o.rate)
        self.epoch, self.step, self.log = 0, 0, []
        if (self.out / "last.pt").exists():
            self.resume()

    def begin_with(self, weights):
        mine = self.parts.state_dict()
        fits = {k: v for k, v in weights.items() if k in mine and mine[k].shape == v.shape}
        self.known = set(fits)
        print(f"{len(fits)} of {len(mine)} tensors come from {self.o.start_from}", flush=True)
        self.parts.load_state_dict({**mine, **fits})

    def resume(self):
        state = torch.load(self.out / "last.pt", map_location=self.o.device, weights_only=False)
        self.parts.load_state_dict(state["parts"]), self.optimiser.load_state_dict(state["optimiser"])
        self.mean, self.epoch, self.step, self.log = (state[k] for k in ("mean", "epoch", "step", "log"))
        print(f"goes on after epoch {self.epoch}", flush=True)

    def save(self):
        state = {"parts": self.parts.state_dict(), "mean": self.mean, "optimiser": self.optimiser.state_dict(),
                 "epoch": self.epoch, "step": self.step, "log": self.log, "options": vars(self.o)}
        torch.save(state, self.out / "new.pt")
        (self.out / "new.pt").rename(self.out / "last.pt")
        (self.out / "log.json").write_text(json.dumps(self.log, indent=1))

    def rate(self):
        warm = min(1.0, (self.step + 1) / 200)
        return self.o.rate * warm * (0.5 + 0.5 * math.cos(math.pi * min(1.0, self.step / self.steps))) + 1e-6

    def descend(self, loss):
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parts.parameters(), 5.0)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate() * group["pace"]
        self.optimiser.step()
        self.step += 1
        keep = min(0.998, self.step / (self.step + 20.0))
        with torch.no_grad():
            for name, theirs in self.parts.state_dict().items():
                if theirs.dtype.is_floating_point:
                    self.mean[name].lerp_(theirs, 1 - keep)
                else:
                    self.mean[name].copy_(theirs)

    def run(self):
        while self.epoch < self.o.epochs:
            self.parts.train()
            started, losses, seen = time.time(), [], 0
            for batch in ahead(self.batches.epoch(self.epoch)):
                losses.append(self.learn(batch))
                seen += len(batch[0])
                if len(losses) % 50 == 0:
                    mean = dict(zip(self.losses, np.mean(losses[-50:], 0).round(3).tolist()))
                    print(f"epoch {self.epoch + 1} step {len(losses)}/{self.batches_an_epoch} {mean}"
                          f" {seen / (time.time() - started):.0f}/s", flush=True)
            self.epoch += 1
            entry = {"epoch": self.epoch, "losses": dict(zip(self.losses, np.mean(losses, 0).round(4).tolist())),
                     "secs": round(time.time() - started), **self.evaluate()}
            self.log.append(entry)
            print(json.dumps(entry), flush=True)
            self.save()
            self.draw()

    def averaged(self, name):
        """Weights of one part, averaged over the last steps."""
        return {k.split(".", 1)[1]: v for k, v in self.mean.items() if k.startswith(name + ".")}

    def draw(self):
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4))
        epochs = [it["epoch"] for it in self.log]
        for name in self.losses:
            left.plot(epochs, [it["losses"][name] for it in self.log], label=name)
        for name in self.figures:
            right.plot(epochs, [it[name] for it in self.log], label=name)
        left.set(title=f"{self.o.network}: loss on the training split", xlabel="epoch", yscale="log")
        right.set(title="on the validation split", xlabel="epoch", ylim=(0, 1))
        left.legend(), right.legend()
        figure.tight_layout()
        figure.savefig(self.out / "curves.png", dpi=90)
        pyplot.close(figure)


class WhereTrainer(Trainer):
    losses, figures = ("middle", "box"), ("recall", "recall_of_people")

    def __init__(self, o):
        self.val = Renders(o.val)
        super().__init__(o, {"where": Where()}, Windows([Renders(it) for it in o.train], o.seed))

    def learn(self, batch):
        rgb, depth, middles, ignored, places = batch
        d = self.o.device
        picture = pictures(torch.from_numpy(rgb).to(d), torch.from_numpy(depth.astype(np.int32)).to(d))
        if self.o.no_depth:
            picture[:, 3] = 0
        with half_precision(d):
            heat, boxes = self.parts["where"](picture.to(memory_format=torch.channels_last))
        heat, boxes = heat.float(), boxes.float()
        n, y, x = (torch.from_numpy(places[:, k].astype(np.int64)).to(d) for k in range(3))
        truth, weight = (torch.from_numpy(places[:, k]).to(d) for k in (slice(3, 7), 8))
        sides = torch.tensor([-1.0, -1.0, 1.0, 1.0], device=d)
        loss_middle = middle_loss(heat, torch.from_numpy(middles).to(d), torch.from_numpy(ignored).to(d))
        loss_box = overlap_loss(boxes[n, :, y, x] * sides, truth * sides, weight)
        self.descend(loss_middle + 2.0 * loss_box)
        return [loss_middle.item(), loss_box.item()]

    def evaluate(self):
        where = Where().to(self.o.device)
        where.load_state_dict(self.averaged("where"))
        return recall(where, self.val, self.o.device, most=300, depth=not self.o.no_depth)


class LookTrainer(Trainer):
    losses, figures = ("thing", "box", "phrase", "lessons", "heard"), ("map50", "phrase_top1_hard", "gesture_accuracy")

    def __init__(self, o):
        self.where = Where().to(o.device).eval()
        state = torch.load(o.where, map_location=o.device, weights_only=False)
        self.where.load_state_dict({k.split(".", 1)[1]: v for k, v in state["mean"].items()})
        renders = [Renders(it) for it in o.train]
        self.val = Renders(o.val)
        self.phrases = Phrases.read(Path(o.train[0]) / "phrases.json")
        self.val_phrases = Phrases.read(Path(o.val) / "phrases.json")
        self.sentences = torch.from_numpy(sentences(self.phrases.texts)).to(o.device)
        self.frame = FRAMES[o.network]
        self.lessons = Lessons(o.network)
        about = lambda it: it["constraints"].get("kind") == ["person"]
        # Phrases about things say nothing to who looks at people, and the other way round.
        self.mine = np.flatnonzero([about(it) == (o.network == "people") for it in self.phrases.entries])
        self.passes, self.passes_known = (it.to(o.device) for it in self.lessons.passes(self.phrases.entries))
        looks = Looks(renders, o.network, o.seed, self.where, o.device)
        super().__init__(o, {"look": Look(o.network), "words": Words(o.network)}, looks)
        if self.step == 0 and "words.passes.weight" not in self.known:
            self.learn_to_read()

    def noisy(self, chosen):
        """Their sentence embeddings. A little noise makes neighbours of words that were never heard."""
        sentences = self.sentences[chosen]
        return F.normalize(sentences + 0.02 * torch.randn_like(sentences), dim=-1)

    def learn_to_read(self, rounds=30, size=256):
        """Which values a phrase lets pass can be learnt without looking at anything, in seconds."""
        random, words = np.random.default_rng(self.o.seed), self.parts["words"]
        optimiser = torch.optim.AdamW([*words.hidden.parameters(), *words.passes.parameters()], lr=2e-3, weight_decay=0.05)
        slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, rounds * (len(self.mine) // size))
        for _ in range(rounds):
            order = random.permutation(self.mine)
            for k in range(0, len(order) - size + 1, size):
                chosen = order[k : k + size]
                loss = heard_loss(words.heard(self.noisy(chosen))[1], self.passes[chosen], self.passes_known[chosen])
                optimiser.zero_grad(), loss.backward(), optimiser.step(), slower.step()
        self.mean = {k: v.detach().clone() for k, v in self.parts.state_dict().items()}
        print(f"has learnt to read: {loss.item():.3f} a phrase", flush=True)

    def learn(self, batch):
        rgb, depth, boxes, truth, is_thing, things = batch
        d = self.o.device
        picture = pictures(torch.from_numpy(rgb).to(d), torch.from_numpy(depth.astype(np.int32)).to(d))
        if self.o.no_depth:
            picture[:, 3] = 0
        boxes, truth, wanted = (torch.from_numpy(it).to(d) for it in (boxes, truth, is_thing))
        crop = crops(picture[:, :3], picture[:, 3:], boxes, *self.frame).contiguous(memory_format=torch.channels_last)
        with half_precision(d):
            thing, sight, correction = self.parts["look"](crop)
        thing, sight, correction = thing.float(), sight.float(), correction.float()
        loss_thing = F.binary_cross_entropy_with_logits(thing, wanted)
        real = (wanted > 0.5).float()
        loss_box = overlap_loss(corrected(boxes, correction), truth, real)
        known = np.flatnonzero(is_thing > 0.5)
        seen = [things[k] for k in known]
        matches = self.phrases.matches(seen)
        chosen = choose(matches, self.phrases.near_misses(seen), np.random.default_rng([self.o.seed, self.step]))
        sight = sight[torch.from_numpy(known).to(d)]
        words, noisy = self.parts["words"], self.noisy(chosen)
        logits = words.agreement(sight, words.text(noisy))
        loss_phrase = phrase_loss(logits, torch.from_numpy(matches[:, chosen]).to(d))
        loss_lessons = self.lessons.seen(sight[:, EMBEDDING:], seen)
        own = np.intersect1d(chosen, self.mine)
        loss_heard = heard_loss(words.heard(self.noisy(own))[1], self.passes[own], self.passes_known[own])
        self.descend(loss_thing + loss_box + loss_phrase + loss_lessons + 0.1 * loss_heard)
        return [it.item() for it in (loss_thing, loss_box, loss_phrase, loss_lessons, loss_heard)]

    def evaluate(self):
        look, words = Look(self.o.network), Words(self.o.network)
        look.load_state_dict(self.averaged("look")), words.load_state_dict(self.averaged("words"))
        detector = Detector(self.where, {self.o.network: (look, words)}, self.o.device)
        return evaluate(detector, self.val, self.val_phrases, most=240, depth=not self.o.no_depth)


if __name__ == "__main__":
    chosen = options()
    (WhereTrainer if chosen.network == "where" else LookTrainer)(chosen).run()
