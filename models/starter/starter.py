"""What the training scripts share: arguments, frames with their truth, ONNX files, manifests."""
import argparse
import hashlib
import json
import os
import random
import time
import warnings

import cv2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

# The exporter's remarks on its own shape inference; the file is checked and run after it is written.
warnings.filterwarnings("ignore", module="torch.onnx")
HERE = os.path.dirname(os.path.abspath(__file__))
OPSET = 14  # the latest of PyTorch 1.13 that ONNX Runtime's optimisations all know
KINDS = ["dog", "person", "car", "house", "sign"]
COLOURS = ["black", "grey", "white", "brown", "red", "orange", "yellow", "green", "blue"]
CLIP_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
CLIP_STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
IMAGENET_STD = np.array([0.229, 0.224, 0.225], np.float32)


def arguments(description, minutes):
    """The options that every training script takes.

    Training ends after a time, so that it fits any machine; what is learnt in the last tenth counts most, because the step size
    falls with the time that is left. `--steps` ends it after a number of steps instead, for figures that do not depend on speed.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--training", default=os.path.join(HERE, "work", "training"), help="frames with --look training")
    parser.add_argument("--held-out", default=os.path.join(HERE, "work", "held-out"), help="frames with --look held-out")
    parser.add_argument("--minutes", type=float, default=minutes, help="0 with --go-on writes and measures what the last run has learnt")
    parser.add_argument("--steps", type=int, default=0, help="end after so many steps instead")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", default=HERE)
    parser.add_argument("--go-on", action="store_true", help="begin with the weights of the last run, kept in OUT/work")
    options = parser.parse_args()
    random.seed(options.seed)
    np.random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    return options


class Schedule:
    """Counts steps and says how far the training is, 0 to 1; sets the step size: a short rise, then half a cosine down."""

    def __init__(self, options, optimiser, rate, before=(0, 0), print_every=30):
        self.before = before
        self.steps, self.seconds = options.steps, options.minutes * 60
        self.optimiser, self.rate = optimiser, rate
        self.start, self.step, self.progress = time.time(), 0, 0.0
        self.print_every, self.printed = print_every, self.start
        self.means = {}

    def running(self):
        self.progress = self.step / self.steps if self.steps else (time.time() - self.start) / self.seconds if self.seconds else 1
        self.step += 1
        size = self.rate * min(1, self.step / 100) * (0.5 + 0.5 * np.cos(np.pi * min(1, self.progress))) + 1e-6
        for group in self.optimiser.param_groups:
            group["lr"] = size
        return self.progress < 1

    def note(self, **losses):
        for name, value in losses.items():
            value = float(value)
            self.means[name] = self.means.get(name, value) * 0.98 + value * 0.02
        if time.time() - self.printed > self.print_every:
            self.printed = time.time()
            told = "  ".join("%s %.4f" % item for item in self.means.items())
            print("%5.1f min  step %5d  %s" % ((self.printed - self.start) / 60, self.step, told), flush=True)

    @property
    def spent(self):
        """(minutes, steps) of this run and of those that it went on from."""
        return self.before[0] + (time.time() - self.start) / 60, self.before[1] + self.step - 1


def begin(options, name, module):
    """Loads the weights of the last run where --go-on is given; (minutes, steps) that they cost, else (0, 0)."""
    path = os.path.join(options.out, "work", name + ".pt")
    if not options.go_on:
        return 0, 0
    if not os.path.exists(path):
        raise SystemExit("--go-on: '%s' is not there" % path)
    kept = torch.load(path)
    module.load_state_dict(kept["weights"])
    return tuple(kept["spent"])


def keep(options, name, module, schedule):
    """Keeps weights for --go-on; returns what they cost."""
    path = os.path.join(options.out, "work", name + ".pt")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    torch.save({"weights": module.state_dict(), "spent": schedule.spent}, path)
    return schedule.spent


class Frames:
    """A rendered set: `images/`, `masks/`, `clean/` and `truth.jsonl`, as render-training-set writes it."""

    def __init__(self, folder, most=None, first=0):
        path = os.path.join(folder, "truth.jsonl")
        if not os.path.exists(path):
            raise SystemExit("'%s' is not there; make it with render-training-set, or run the script train" % path)
        with open(path, encoding="utf-8") as lines:
            self.truth = [json.loads(line) for line in lines if line.strip()][first:most]
        self.folder = folder

    def __len__(self):
        return len(self.truth)

    def _read(self, folder, index, flag, ending=None):
        name = self.truth[index]["file"]
        path = os.path.join(self.folder, folder, os.path.splitext(name)[0] + ending if ending else name)
        picture = cv2.imread(path, flag)
        if picture is None:
            raise SystemExit("picture '%s' cannot be read" % path)
        return picture

    def image(self, index):
        return self._read("images", index, cv2.IMREAD_COLOR)

    def clean(self, index):
        """The frame as it would be without its text."""
        return self._read("clean", index, cv2.IMREAD_COLOR, ".png") if self.truth[index]["text"] else self.image(index)

    def mask(self, index):
        """Number of the object that is seen at each pixel, from 1; 0 where there is none."""
        return self._read("masks", index, cv2.IMREAD_GRAYSCALE, ".png")

    def images(self, width, height):
        """All frames stretched to one size, uint8 [frames,height,width,3]."""
        stack = np.empty((len(self), height, width, 3), np.uint8)
        for i in range(len(self)):
            stack[i] = cv2.resize(self.image(i), (width, height), interpolation=cv2.INTER_AREA)
        return stack


# ---- ONNX --------------------------------------------------------------------------------------------------------------------


def export(module, inputs, input_names, output_names, path, dynamic=None):
    """Writes the module to an ONNX file, its large weights as float16 with a cast to float32, and checks it.

    The module's own numbers and those of the file are compared where the onnxruntime package is there.
    """
    module.eval()
    os.makedirs(os.path.dirname(path), exist_ok=True)
    torch.onnx.export(
        module, inputs, path, input_names=input_names, output_names=output_names, dynamic_axes=dynamic or {},
        opset_version=OPSET, do_constant_folding=True, training=torch.onnx.TrainingMode.EVAL,
    )
    model = onnx.load(path)
    model.producer_name, model.producer_version = "sluice", ""
    for node in model.graph.node:
        node.doc_string = ""
    _halve(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    try:
        import onnxruntime
    except ImportError:
        print("onnxruntime is not there: '%s' was checked, not run" % path)
        return
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found = session.run(None, {name: value.numpy() for name, value in zip(input_names, inputs)})
    with torch.no_grad():
        expected = module(*inputs)
    expected = expected if isinstance(expected, tuple) else (expected,)
    for name, a, b in zip(output_names, expected, found):
        difference, scale = float(np.abs(a.numpy() - b).mean()), float(np.abs(b).mean())
        print("%s: %s %s, mean difference to PyTorch %.2g of %.2g" % (os.path.basename(path), name, list(b.shape), difference, scale))
        if difference > 0.02 * scale + 1e-4:
            raise SystemExit("'%s' does not compute what was trained" % path)


def _halve(graph):
    """float32 weights of more than 256 numbers become float16 behind a Cast: half the file, the same numbers at run time for
    whoever folds constants."""
    casts = []
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size <= 256 or np.abs(values).max() > 6e4:
            continue
        name = weight.name
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
        casts.append(helper.make_node("Cast", [name + ".half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.node.insert(0, cast)


class OnnxModel:
    """The exported file as it will be used, by onnxruntime where that package is there, else the module that was exported."""

    def __init__(self, path, module, input_names):
        self.names, self.module, self.session = input_names, module, None
        try:
            import onnxruntime

            settings = onnxruntime.SessionOptions()
            settings.intra_op_num_threads = torch.get_num_threads()
            self.session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        except ImportError:
            module.eval()

    def __call__(self, *values):
        """Numpy arrays in, the list of outputs as numpy arrays out."""
        if self.session:
            return self.session.run(None, dict(zip(self.names, values)))
        with torch.no_grad():
            found = self.module(*(torch.from_numpy(value) for value in values))
        return [tensor.numpy() for tensor in (found if isinstance(found, tuple) else (found,))]


# ---- manifests ---------------------------------------------------------------------------------------------------------------


def file_facts(path):
    with open(path, "rb") as file:
        content = file.read()
    return {"file": os.path.basename(path), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def write_manifest(folder, name, role, kind, files, body, figures, schedule):
    """Writes `<folder>/<name>.yaml`.

    :param files: a path for a model of one file, else {part: path}
    :param body: YAML text of input, output and labels
    :param schedule: (minutes, steps) of the training
    :param figures: sentences; they become comments, because a reader of manifests knows no key for them
    """
    lines = ["# Starter model, trained by this project on pictures that it draws itself: a toy for the demo and the tests, of no use on real footage",
             "# unless a figure on real photographs stands below. Written by train; do not edit."]
    lines.append("# Trained in %.0f minutes, %d steps, PyTorch %s." % (*schedule, torch.__version__.split("+")[0]))
    lines += ["# " + figure for figure in figures]
    lines += ["id: " + name, "role: " + role, "kind: " + kind]
    if isinstance(files, dict):
        lines.append("files:")
        for part, path in files.items():
            facts = file_facts(path)
            lines.append("  %s: { file: %s, bytes: %d, sha256: %s }" % (part, facts["file"], facts["bytes"], facts["sha256"]))
    else:
        lines += ["%s: %s" % item for item in file_facts(files).items()]
    lines += ["licence: Apache-2.0", "onlyNamed: true", body.strip()]
    path = os.path.join(folder, name + ".yaml")
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    print("\n".join(figures))
    print("written:", path)


# ---- layers ------------------------------------------------------------------------------------------------------------------


class Conv(torch.nn.Sequential):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, inputs, outputs, size=3, stride=1, groups=1, dilation=1, active=True):
        layers = [
            torch.nn.Conv2d(inputs, outputs, size, stride, dilation * (size // 2), dilation, groups, bias=False),
            torch.nn.BatchNorm2d(outputs, momentum=0.03),
        ]
        super().__init__(*layers, *([torch.nn.ReLU(inplace=True)] if active else []))


class Residual(torch.nn.Module):
    def __init__(self, channels, middle=None, dilation=1):
        super().__init__()
        middle = middle or channels
        self.body = torch.nn.Sequential(Conv(channels, middle, dilation=dilation), Conv(middle, channels, active=False))
        torch.nn.init.constant_(self.body[1][1].weight, 0.3)

    def forward(self, x):
        return torch.relu(x + self.body(x))


def precision():
    """A context in which convolutions and products run in bfloat16, where the processor has instructions for it: twice as fast."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as cpu:
            able = "avx512_bf16" in cpu.read()
    except OSError:
        able = False
    return torch.autocast("cpu", torch.bfloat16, enabled=able)


class Average:
    """Exponential mean of a module's weights: what is exported, steadier than the last step."""

    def __init__(self, module, decay=0.998):
        import copy

        self.module, self.decay = copy.deepcopy(module).eval(), decay
        self.step = 0

    @torch.no_grad()
    def update(self, module):
        self.step += 1
        decay = min(self.decay, self.step / (self.step + 20))
        for mean, value in zip(self.module.state_dict().values(), module.state_dict().values()):
            if mean.dtype.is_floating_point:
                mean.mul_(decay).add_(value.detach(), alpha=1 - decay)
            else:
                mean.copy_(value)


def planes(pictures, mean=0.0, std=1.0, scale=1.0, rgb=False):
    """uint8 [n,height,width,3] BGR to float32 [n,3,height,width]."""
    values = pictures[..., ::-1] if rgb else pictures
    values = (values.astype(np.float32) * np.float32(scale) - np.asarray(mean, np.float32)) / np.asarray(std, np.float32)
    return np.ascontiguousarray(values.transpose(0, 3, 1, 2))
