"""Trains hearth-ground. `python train.py --help`; README.md has the command that made the committed weights."""

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

from data import Batches, Renders
from evaluate import evaluate
from model import EMBEDDING, Ground, pictures
from phrases import Phrases
from text import sentences

PHRASES_A_STEP = 640
# What the embedding must also tell by itself while it is trained: classes teach faster than phrases.
TAUGHT = ("kind", "main_colour", "pattern", "state", "size", "posture", "gesture", "shirt")


def options():
    it = argparse.ArgumentParser(description=__doc__)
    it.add_argument("--train", required=True, help="folder that `./hearth sim render --split train` wrote")
    it.add_argument("--val", required=True, help="the same of --split val")
    it.add_argument("--out", required=True, help="folder for checkpoints, log and curves; goes on where it was cut off")
    it.add_argument("--epochs", type=int, default=12)
    it.add_argument("--batch", type=int, default=8, help="whole pictures a step; of windows more")
    it.add_argument("--whole", type=float, default=0.15, help="share of the pictures that are learnt whole each epoch")
    it.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    it.add_argument("--seed", type=int, default=1)
    it.add_argument("--start-from", help="checkpoint whose weights to begin with")
    it.add_argument("--no-depth", action="store_true", help="blind to depth, to tell what it is worth")
    it.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return it.parse_args()


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
    right = -(1 - p) ** 2 * p.log() * is_middle
    wrong = -(p**2) * (1 - p).log() * (1 - wanted) ** 4 * (1 - is_middle) * (~ignored).float()
    return (right.sum() + wrong.sum()) / is_middle.sum().clamp(min=1)


def box_loss(found, wanted, weight):
    """Generalised intersection over union (Rezatofighi et al., 2019) of boxes given by their distances to one point."""
    w = lambda it: it[:, 0].clamp(min=0) + it[:, 2].clamp(min=0)
    h = lambda it: it[:, 1].clamp(min=0) + it[:, 3].clamp(min=0)
    least, most = torch.minimum(found, wanted), torch.maximum(found, wanted)
    inner = (least[:, 0] + least[:, 2]).clamp(min=0) * (least[:, 1] + least[:, 3]).clamp(min=0)
    union = w(found) * h(found) + w(wanted) * h(wanted) - inner
    hull = w(most) * h(most)
    giou = inner / union.clamp(min=1e-3) - (hull - union) / hull.clamp(min=1e-3)
    return ((1 - giou) * weight).sum() / weight.sum().clamp(min=1)


def choose(matches, random):
    """Which phrases a step is about: some that describe each thing, and others."""
    right = [random.choice(np.flatnonzero(row == 1), min(4, (row == 1).sum()), replace=False) for row in matches]
    others = random.choice(matches.shape[1], min(PHRASES_A_STEP // 2, matches.shape[1]), replace=False)
    return np.unique(np.concatenate([others, *right]).astype(np.int64))[: 4 * PHRASES_A_STEP]


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


class Lessons(torch.nn.Module):
    """One linear layer for each attribute of TAUGHT, thrown away after the training."""

    def __init__(self, renders):
        super().__init__()
        values = {a: set() for a in TAUGHT}
        for i in range(len(renders)):
            for _, attributes, _, _ in renders.things(i):
                for a in TAUGHT:
                    values[a].update(attributes.get(a, [])[:1])
        self.values = {a: {v: k for k, v in enumerate(sorted(values[a]))} for a in TAUGHT}
        self.heads = torch.nn.ModuleDict({a: torch.nn.Linear(EMBEDDING, len(self.values[a])) for a in TAUGHT})

    def forward(self, embeddings, things):
        loss = embeddings.sum() * 0
        for a in TAUGHT:
            index = [self.values[a].get(it[a][0], -1) if it.get(a) else -1 for it in things]
            wanted = torch.tensor(index, device=embeddings.device)
            if (wanted >= 0).any():
                loss = loss + F.cross_entropy(self.heads[a](embeddings), wanted, ignore_index=-1)
        return loss


class Trainer:
    def __init__(self, o):
        self.o, self.out = o, Path(o.out)
        self.out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(o.seed)
        self.random = np.random.default_rng(o.seed)
        self.renders, self.val = Renders(o.train), Renders(o.val)
        self.phrases = Phrases.read(Path(o.train) / "phrases.json")
        self.val_phrases = Phrases.read(Path(o.val) / "phrases.json")
        self.sentences = torch.from_numpy(sentences(self.phrases.texts)).to(o.device)
        self.model = Ground().to(o.device)
        self.lessons = Lessons(self.renders).to(o.device)
        if o.start_from:
            state = torch.load(o.start_from, map_location=o.device, weights_only=False)
            self.model.load_state_dict(state["model"]), self.lessons.load_state_dict(state["lessons"])
        self.mean = Ground().to(o.device)
        self.mean.load_state_dict(self.model.state_dict())
        self.batches = Batches(self.renders, o.batch, o.seed, o.whole)
        self.batches_an_epoch = self.batches.steps()
        self.steps = o.epochs * self.batches_an_epoch
        decayed = [p for p in self.model.image.parameters() if p.ndim > 1]
        plain = [p for p in self.model.image.parameters() if p.ndim <= 1]
        # What all logits go through must find its place early.
        shared = [self.model.log_scale, self.model.bias]
        groups = [
            {"params": decayed, "weight_decay": 0.02, "pace": 1.0},
            {"params": plain, "weight_decay": 0.0, "pace": 1.0},
            {"params": list(self.model.text.parameters()), "weight_decay": 0.0, "pace": 1.0},
            {"params": shared, "weight_decay": 0.0, "pace": 8.0},
            {"params": list(self.lessons.parameters()), "weight_decay": 0.0, "pace": 1.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=o.rate)
        self.epoch, self.step, self.log = 0, 0, []
        if (self.out / "last.pt").exists():
            self.resume()

    def resume(self):
        state = torch.load(self.out / "last.pt", map_location=self.o.device, weights_only=False)
        self.model.load_state_dict(state["model"]), self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"]), self.lessons.load_state_dict(state["lessons"])
        self.epoch, self.step, self.log = state["epoch"], state["step"], state["log"]
        print(f"goes on after epoch {self.epoch}", flush=True)

    def save(self):
        state = {
            "model": self.model.state_dict(), "mean": self.mean.state_dict(), "optimiser": self.optimiser.state_dict(),
            "lessons": self.lessons.state_dict(),
            "epoch": self.epoch, "step": self.step, "log": self.log, "options": vars(self.o),
        }
        torch.save(state, self.out / "new.pt")
        (self.out / "new.pt").rename(self.out / "last.pt")
        (self.out / "log.json").write_text(json.dumps(self.log, indent=1))

    def rate(self):
        warm = min(1.0, (self.step + 1) / 300)
        return self.o.rate * warm * (0.5 + 0.5 * math.cos(math.pi * self.step / self.steps)) + 1e-6

    def learn(self, batch):
        rgb, depth, middles, ignored, places, things = batch
        d = self.o.device
        matches = self.phrases.matches(things)
        random = np.random.default_rng([self.o.seed, self.step])
        # One place of each thing, the likelier the nearer to its middle, teaches words.
        rows = {}
        for row in random.permutation(len(places)):
            if places[row, 8] > 0.8 or int(places[row, 7]) not in rows:
                rows[int(places[row, 7])] = row
        owners = np.array(sorted(rows), np.int64)
        spoken = np.array([rows[it] for it in owners], np.int64)
        chosen = choose(matches[owners], random)
        picture = pictures(torch.from_numpy(rgb).to(d), torch.from_numpy(depth.astype(np.int32)).to(d))
        if self.o.no_depth:
            picture[:, 3] = 0
        picture = picture.to(memory_format=torch.channels_last)
        with torch.autocast(d, dtype=torch.bfloat16):
            heat, boxes, embedding = self.model.image(picture)
        heat, boxes, embedding = heat.float(), boxes.float(), embedding.float()
        n, y, x = (torch.from_numpy(places[:, k].astype(np.int64)).to(d) for k in range(3))
        truth, weight = (torch.from_numpy(places[:, k]).to(d) for k in (slice(3, 7), 8))
        loss_middle = middle_loss(heat, torch.from_numpy(middles).to(d), torch.from_numpy(ignored).to(d))
        loss_box = box_loss(boxes[n, :, y, x], truth, weight)
        s = torch.from_numpy(spoken).to(d)
        # A little noise makes neighbours of words that were never heard.
        noisy = self.sentences[chosen]
        noisy = F.normalize(noisy + 0.02 * torch.randn_like(noisy), dim=-1)
        heard = embedding[n[s], :, y[s], x[s]]
        logits = self.model.agreement(heard, self.model.text(noisy))
        loss_phrase = phrase_loss(logits, torch.from_numpy(matches[owners][:, chosen]).to(d))
        loss_lessons = self.lessons(heard, [things[k] for k in owners])
        loss = loss_middle + 2.0 * loss_box + loss_phrase + loss_lessons
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate() * group["pace"]
        self.optimiser.step()
        self.step += 1
        self.average()
        return [it.item() for it in (loss_middle, loss_box, loss_phrase, loss_lessons)]

    @torch.no_grad()
    def average(self):
        keep = min(0.998, self.step / (self.step + 20.0))
        for mine, theirs in zip(self.mean.state_dict().values(), self.model.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - keep)
            else:
                mine.copy_(theirs)

    def run(self):
        while self.epoch < self.o.epochs:
            self.model.train()
            started, losses, seen = time.time(), [], 0
            for batch in ahead(self.batches.epoch(self.epoch)):
                losses.append(self.learn(batch))
                seen += len(batch[0])
                if len(losses) % 50 == 0:
                    mean = np.mean(losses[-50:], 0).round(3).tolist()
                    print(f"epoch {self.epoch + 1} step {len(losses)}/{self.batches_an_epoch} middle, box, phrase, lessons {mean}"
                          f" {seen / (time.time() - started):.1f} pictures/s", flush=True)
            self.epoch += 1
            figures = evaluate(self.mean, self.val, self.val_phrases, self.o.device, most=400, depth=not self.o.no_depth)
            entry = {"epoch": self.epoch, "losses": np.mean(losses, 0).round(4).tolist(),
                     "secs": round(time.time() - started), **figures}
            self.log.append(entry)
            print(json.dumps(entry), flush=True)
            self.save()
            self.draw()

    def draw(self):
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4))
        epochs = [it["epoch"] for it in self.log]
        for k, name in enumerate(("middle", "box", "phrase", "lessons")):
            left.plot(epochs, [it["losses"][k] for it in self.log], label=name)
        for name in ("map50", "phrase_top1_hard", "gesture_accuracy"):
            right.plot(epochs, [it[name] for it in self.log], label=name)
        left.set(title="loss on the training split", xlabel="epoch", yscale="log")
        right.set(title="on the validation split", xlabel="epoch", ylim=(0, 1))
        left.legend(), right.legend()
        figure.tight_layout()
        figure.savefig(self.out / "curves.png", dpi=90)
        pyplot.close(figure)


if __name__ == "__main__":
    Trainer(options()).run()
