#!/usr/bin/env python3
"""Golden numbers from PyTorch for every network x normalization: one step and eight steps of SGD in float64.

An implementation of its own, on torch.nn.functional and torch.optim; it shares no code with shared/nn. Even the random numbers
(Threefry-2x32, the noise's hash) are written again from their definitions. Run it with Debian's python3-torch:

    python3 tests/golden/torch_golden.py > tests/golden/torch-golden.json

The test that compares is tests/node/nn/golden.test.ts; its tolerances stand there.
"""
import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
EPSILON, SEED, BATCH, STEPS = 1e-5, 11, 4, 8


# ---------------------------------------------------------------- random numbers
def threefry(k0, k1, c0, c1):
    """Threefry-2x32-20 on arrays of uint32 (Salmon et al. 2011)."""
    with np.errstate(over="ignore"):
        c1 = np.asarray(c1, dtype=np.uint32)
        keys = [np.uint32(k0), np.uint32(k1), np.uint32(0x1BD11BDA) ^ np.uint32(k0) ^ np.uint32(k1)]
        x0 = np.full_like(c1, np.uint32(c0)) + keys[0]
        x1 = c1 + keys[1]
        for r in range(20):
            turn = np.uint32([13, 15, 26, 6, 17, 29, 16, 24][r % 8])
            x0 = x0 + x1
            x1 = ((x1 << turn) | (x1 >> (np.uint32(32) - turn))) ^ x0
            if r % 4 == 3:
                j = r // 4 + 1
                x0 = x0 + keys[j % 3]
                x1 = x1 + keys[(j + 1) % 3] + np.uint32(j)
        return x0, x1


def stream(name):
    h = 0x811C9DC5
    for ch in name.encode():
        h = ((h ^ ch) * 0x01000193) & 0xFFFFFFFF
    return h


def uniform(seed, name, step, count):
    a, b = threefry(seed, stream(name), step, np.arange((count + 1) // 2, dtype=np.uint32))
    return np.stack([a, b], 1).reshape(-1)[:count].astype(np.float64) / 2**32


def hashed_uniform(key, shape, salt):
    """The noise's generator: int32 arithmetic that wraps, division that truncates."""
    m = np.array([0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35], dtype=np.uint32).astype(np.int32)
    quotient = lambda x, d: (np.sign(x) * (np.abs(x.astype(np.int64)) // d)).astype(np.int32)

    def mix(x):
        product = x * (np.int32(2) * quotient(x, 1 << 15) + np.int32(1))
        return product + quotient(product, 1 << 16)

    with np.errstate(over="ignore"):
        x = np.arange(math.prod(shape), dtype=np.int32) * m[0] + (key[0] + np.int32(salt) * m[1])
        x = (mix(x) + key[1]) * m[1]
        x = mix(x) * m[2]
    high = np.sign(x) * (np.abs(x.astype(np.int64)) // 256)
    return torch.tensor((high + 2**23) / 2**24).reshape(shape)


def cosine_of_turn(u):
    """cos(2 pi u) by the polynomial that the noise is defined with, the same on every device (within 1e-8 of the cosine)."""
    w = u - 0.5
    c = [3.1415925800447293, -5.167706878926435, 2.5500313772805585, -0.5980451741203259, 0.0772201289468958]
    t = w * w
    half = w * (c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * c[4]))))
    result = 2 * half * half - 1
    assert (result - torch.cos(2 * math.pi * u)).abs().max() < 2e-8
    return result


def noise_key(step):
    a, b = threefry(SEED, stream("noise"), step, np.zeros(1, dtype=np.uint32))
    return np.concatenate([a, b]).astype(np.int32)


# ---------------------------------------------------------------- parameters
class Parameters:
    """Named parameters in the order of first use."""

    def __init__(self):
        self.named = {}

    def get(self, name, shape):
        if name not in self.named:
            role = name.split("/")[-1]
            if role == "weight":
                size = math.prod(shape[2:])
                bound = math.sqrt(6 / ((shape[0] + shape[1]) * size))
                # Initial weights are stored in float32 except in float64 networks.
                value = (2 * uniform(SEED, "initial " + name, 0, math.prod(shape)) - 1) * bound
                value = value if self.double else value.astype(np.float32)
                tensor = torch.tensor(value.astype(np.float64)).reshape(shape)
            else:
                tensor = torch.ones(shape) if role == "gamma" else torch.zeros(shape)
            self.named[name] = tensor.requires_grad_()
        return self.named[name]

    def flat(self):
        """Weights first, then the others, each in order of first use."""
        names = sorted(self.named, key=lambda n: not n.endswith("/weight"))
        return torch.cat([self.named[n].detach().reshape(-1) for n in names])


# ---------------------------------------------------------------- layers
class Net:
    def __init__(self, p, normalization, placement):
        self.p, self.kind, self.placement = p, normalization, placement

    def begin(self, step):
        self.key, self.salt = noise_key(step), 0

    def draw(self, shape):
        self.salt += 1
        return hashed_uniform(self.key, list(shape), self.salt)

    def disturb(self, x):
        units = [n if axis == 1 else 1 for axis, n in enumerate(x.shape)]
        mu = self.draw(units) * 1.0 - 0.5
        sigma = self.draw(units) * 0.25 + 1
        shift = mu + (self.draw(x.shape) * 0.2 - 0.1)
        radius = torch.sqrt(-2 * torch.log(1 - self.draw(x.shape)))
        scale = sigma + 0.1 * radius * cosine_of_turn(self.draw(x.shape))
        return scale * x + shift

    def normalize(self, path, x):
        c = x.shape[1]
        broadcast = [1, c] + [1] * (x.dim() - 2)
        affine = lambda: (self.p.get(path + "/norm/gamma", [c]), self.p.get(path + "/norm/beta", [c]))
        axes = [a for a in range(x.dim()) if a != 1]
        if self.kind in ("none", "weight"):
            return x
        if self.kind == "noise":
            return self.disturb(x)
        gamma, beta = affine()
        if self.kind in ("batch", "noisy-batch"):
            z = F.batch_norm(x, None, None, gamma, beta, True, 0.0, EPSILON)
            return self.disturb(z) if self.kind == "noisy-batch" else z
        if self.kind in ("l1", "l2", "linf"):
            order = {"l1": 1, "l2": 2, "linf": math.inf}[self.kind]
            norm = torch.linalg.vector_norm(x, ord=order, dim=axes, keepdim=True)
            m = x.numel() / c
            s = norm / {"l1": m, "l2": math.sqrt(m), "linf": 1}[self.kind]
            return (x - x.mean(axes, keepdim=True)) / (s + EPSILON) * gamma.reshape(broadcast) + beta.reshape(broadcast)
        groups = {"layer": 1, "instance": c, "group": max(1, c // 16)}[self.kind]
        return F.group_norm(x, groups, gamma, beta, EPSILON)

    def weights(self, path, w, axis):
        if self.kind != "weight":
            return w
        gamma = self.p.get(path + "/norm/gamma", [w.shape[axis]])
        return torch._weight_norm(w, gamma.reshape([-1 if a == axis else 1 for a in range(w.dim())]), axis)

    def conv(self, path, x, channels, size=3, stride=1):
        path += "/linear" if not path.endswith("projection") else ""
        w = self.p.get(path + "/weight", [channels, x.shape[1], size, size])
        w = self.weights(path, w, 0)
        return F.conv2d(x, w, self.p.get(path + "/bias", [channels]), stride=stride, padding=(size - 1) // 2)

    def linear(self, path, x, outputs, last=False, bias=True):
        w = self.p.get(path + "/weight", [x.shape[1], outputs])
        y = x @ (w if last else self.weights(path, w, 1))
        return y + self.p.get(path + "/bias", [outputs]) if bias else y

    def activate(self, path, z, relu=True, pool=False):
        f = F.relu if relu else (lambda v: v)
        z = self.normalize(path, f(z)) if self.placement == "after" else f(self.normalize(path, z))
        return F.max_pool2d(z, 2) if pool else z


def vgg(net, spec, x):
    blocks = {
        11: [[64], [128], [256] * 2, [512] * 2, [512] * 2],
        13: [[64] * 2, [128] * 2, [256] * 2, [512] * 2, [512] * 2],
        16: [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3],
        19: [[64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4],
    }[spec["depth"]]
    scaled = lambda c: max(1, round(c * spec["width"]))
    layer = 0
    for block in blocks:
        for i, channels in enumerate(block):
            layer += 1
            z = net.conv(f"conv{layer}", x, scaled(channels))
            x = net.activate(f"conv{layer}", z, pool=i == len(block) - 1)
    x = x.reshape(x.shape[0], -1)
    if spec["head"] == "mlp":
        for name in ("hidden1", "hidden2"):
            x = F.relu(net.linear(name, x, scaled(4096), last=True))
    return net.linear("logits", x, 10, last=True)


def mlp(net, spec, x):
    x = x.reshape(x.shape[0], -1)
    for layer in range(1, spec["depth"] + 1):
        z = net.linear(f"hidden{layer}/linear", x, spec["units"])
        x = net.activate(f"hidden{layer}", z, relu=spec["activation"] == "relu")
    return net.linear("logits", x, 10, last=True)


def deep_linear(net, spec, x):
    for layer in range(1, spec["layers"]):
        z = net.linear(f"layer{layer}/linear", x, spec["units"], bias=False)
        x = net.activate(f"layer{layer}", z, relu=False)
    return net.linear(f"layer{spec['layers']}", x, spec["units"], last=True, bias=False)


def resnet(net, spec, x):
    scaled = lambda c: max(1, round(c * spec["width"]))
    x = net.activate("stem", net.conv("stem", x, scaled(16)))
    for stage, base in enumerate([16, 32, 64]):
        channels = scaled(base)
        for block in range(1, (spec["depth"] - 2) // 6 + 1):
            path = f"stage{stage + 1}/block{block}"
            stride = 2 if stage > 0 and block == 1 else 1
            inner = net.activate(path + "/conv1", net.conv(path + "/conv1", x, channels, stride=stride))
            z = net.conv(path + "/conv2", inner, channels)
            if not spec["skips"]:
                x = net.activate(path + "/conv2", z)
                continue
            branch = net.activate(path + "/conv2", z, relu=False)
            same = stride == 1 and x.shape[1] == channels
            x = F.relu(branch + (x if same else net.conv(path + "/projection", x, channels, size=1, stride=stride)))
    return net.linear("logits", x.mean([2, 3]), 10, last=True)


FORWARD = {"vgg": vgg, "mlp": mlp, "deep-linear": deep_linear, "resnet": resnet}


# ---------------------------------------------------------------- training
def batch(network):
    if network["family"] == "deep-linear":
        units = network["units"]
        x = 2 * uniform(SEED, "golden inputs", 0, BATCH * units) - 1
        y = 2 * uniform(SEED, "golden targets", 0, BATCH * units) - 1
        return torch.tensor(x).reshape(BATCH, units), torch.tensor(y).reshape(BATCH, units)
    x = (4 * uniform(SEED, "golden inputs", 0, BATCH * 3072) - 2).astype(np.float32)
    labels = (10 * uniform(SEED, "golden labels", 0, BATCH)).astype(np.int64)
    return torch.tensor(x.astype(np.float64)).reshape(BATCH, 3, 32, 32), torch.tensor(labels)


def digest(flat):
    """Numbers that change when any parameter, or their order, does."""
    i = torch.arange(flat.numel(), dtype=torch.float64)
    return {"norm": flat.norm().item(), "projection": (flat * torch.sin(i + 1)).sum().item()}


def run(case):
    network = case["network"]
    double = network["family"] == "deep-linear"
    parameters = Parameters()
    parameters.double = double
    net = Net(parameters, case["normalization"], case.get("placement", "before"))
    x, y = batch(network)

    def loss_at(step):
        net.begin(step)
        out = FORWARD[network["family"]](net, network, x)
        return ((out - y) ** 2).sum() if double else F.cross_entropy(out, y)

    loss_at(0)  # declares the parameters
    weights = [t for n, t in parameters.named.items() if n.endswith("/weight")]
    others = [t for n, t in parameters.named.items() if not n.endswith("/weight")]
    groups = [{"params": weights, "weight_decay": case["weightDecay"]}, {"params": others, "weight_decay": 0}]
    optimizer = torch.optim.SGD([g for g in groups if g["params"]], lr=case["learningRate"], momentum=case.get("momentum", 0))
    losses, after = [], {}
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_at(step)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step + 1 in (1, STEPS):
            after[str(step + 1)] = digest(parameters.flat())
    return {**case, "parameters": parameters.flat().numel(), "losses": losses, "after": after}


NORMALIZATIONS = ["none", "batch", "noisy-batch", "noise", "l1", "l2", "linf", "layer", "group", "instance", "weight"]
vgg_spec = lambda depth, head="linear": {"family": "vgg", "depth": depth, "width": 1 / 16, "head": head}
resnet_spec = lambda depth, skips: {"family": "resnet", "depth": depth, "width": 1 / 2, "skips": skips}
mlp_spec = lambda activation: {"family": "mlp", "depth": 3, "units": 32, "activation": activation}
LINEAR = {"family": "deep-linear", "layers": 25, "units": 10}

CASES = (
    [{"network": vgg_spec(11), "normalization": n} for n in NORMALIZATIONS]
    + [{"network": vgg_spec(d), "normalization": n} for d in (13, 16, 19) for n in ("none", "batch")]
    + [{"network": {**vgg_spec(11), "width": 1 / 64, "head": "mlp"}, "normalization": n} for n in ("none", "batch")]
    + [{"network": vgg_spec(11), "normalization": n, "placement": "after"} for n in ("batch", "layer", "l1")]
    + [{"network": mlp_spec("relu"), "normalization": n} for n in NORMALIZATIONS if n != "instance"]
    + [{"network": mlp_spec("linear"), "normalization": n} for n in ("none", "batch")]
    + [{"network": resnet_spec(20, s), "normalization": n} for s in (True, False) for n in NORMALIZATIONS]
    + [{"network": resnet_spec(d, True), "normalization": "batch"} for d in (32, 56)]
    + [{"network": LINEAR, "normalization": n} for n in ("none", "batch", "l1", "l2", "linf", "noisy-batch")]
    + [{"network": vgg_spec(11), "normalization": "batch", "momentum": 0.9}]
)

if __name__ == "__main__":
    results = []
    for case in CASES:
        linear = case["network"]["family"] == "deep-linear"
        results.append(run({**case, "learningRate": 1e-8 if linear else 5e-4, "weightDecay": 0 if linear else 5e-4}))
        print(case, results[-1]["losses"][0], results[-1]["losses"][-1], file=sys.stderr)
    header = {"torch": torch.__version__, "seed": SEED, "batchSize": BATCH, "steps": STEPS}
    print(json.dumps({**header, "cases": results}, indent=1))
