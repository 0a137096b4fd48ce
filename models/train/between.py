"""A checkpoint between two: the mean of their weights. What was trained on from a network and that network often are better together than
either (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).

    python between.py BEFORE.pt AFTER.pt --share 0.75 --out BETWEEN.pt
"""

import argparse

import torch


def main():
    it = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    it.add_argument("before", help="checkpoint of which all weights are taken that the other lacks")
    it.add_argument("after", help="checkpoint that was trained on from it")
    it.add_argument("--share", type=float, default=0.75, help="of the second, 0 to 1")
    it.add_argument("--out", required=True)
    o = it.parse_args()
    before, after = (torch.load(it, map_location="cpu", weights_only=False) for it in (o.before, o.after))
    mean = {k: v.lerp(after["mean"][k], o.share) if k in after["mean"] and v.is_floating_point() else v for k, v in before["mean"].items()}
    torch.save({"mean": mean, "epoch": after["epoch"]}, o.out)


if __name__ == "__main__":
    main()
