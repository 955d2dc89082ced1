"""One training step of VGG in PyTorch, asked for over standard input: a line of JSON in, a line of JSON out."""

import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))


def network(blocks, batch_norm):
    layers, channels = [], 3
    for block in blocks:
        for i, out in enumerate(block):
            layers.append(nn.Conv2d(channels, out, 3, padding=1))
            if batch_norm:
                layers.append(nn.BatchNorm2d(out, momentum=0.01))
            if i == len(block) - 1:
                layers.append(nn.MaxPool2d(2))  # before the ReLU, as ours: the same numbers, a quarter of the work
            layers.append(nn.ReLU(inplace=True))
            channels = out
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels, 10))


def opened(work):
    if work["kind"] == "product":
        a = torch.full((work["size"], work["size"]), 0.5)
        return lambda: (a @ a).sum().item()
    net = network(work["blocks"], work["normalization"] == "batch")
    sgd = torch.optim.SGD(net.parameters(), lr=0.01, weight_decay=5e-4)
    images = torch.rand(work["batchSize"], 3, 32, 32) * 4 - 2
    labels = torch.randint(0, 10, (work["batchSize"],))

    def step():
        sgd.zero_grad()
        loss = nn.functional.cross_entropy(net(images), labels)
        loss.backward()
        sgd.step()
        return loss.item()

    return step


run = None
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if "open" in request:
        run = opened(request["open"])
        print("{}", flush=True)
    else:
        started = time.perf_counter()
        run()
        print(json.dumps({"ms": (time.perf_counter() - started) * 1000}), flush=True)
