"""A checkpoint between others: the mean of their weights. What was trained on from a network and that network often are better together
than either (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).

    python between.py BEFORE.pt=0.25 AFTER.pt=0.75 --out BETWEEN.pt
"""

import argparse

import torch


def share(text):
    """FILE=SHARE -> (its checkpoint, its share)."""
    file, equals, number = text.rpartition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not FILE=SHARE")
    return torch.load(file, map_location="cpu", weights_only=False), float(number)


def main():
    it = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    it.add_argument("checkpoints", nargs="+", type=share, metavar="FILE=SHARE", help="the last one was trained on from the others")
    it.add_argument("--out", required=True)
    o = it.parse_args()
    last = o.checkpoints[-1][0]
    mean = {}
    for name, value in last["mean"].items():
        # What the earlier ones lack is the mean of those that have it: parts that came later.
        have = [(state["mean"][name], share) for state, share in o.checkpoints if name in state["mean"]]
        whole = sum(share for _, share in have)
        mean[name] = sum(it * (share / whole) for it, share in have) if value.is_floating_point() else value
    torch.save({"mean": mean, "epoch": last["epoch"]}, o.out)


if __name__ == "__main__":
    main()
