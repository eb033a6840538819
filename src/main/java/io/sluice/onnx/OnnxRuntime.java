package io.sluice.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Creates sessions, all of them with the same placement. Thread counts are pinned, because the order of additions, and with it the
 * last bits of a result, depends on them. Thread-safe.
 */
public final class OnnxRuntime {
    private static final Logger LOG = Logger.getLogger(OnnxRuntime.class);

    /**
     * ONNX Runtime parses the process' command line by recursion when it is first used, and ends the process where the stack is
     * too small for it: 12,600 characters of file names were enough for a thread of usual size. Only touched pages cost memory.
     */
    private static final long OPENING_STACK_BYTES = 1L << 29;

    private static final String NEEDED = "an NVIDIA GPU, its driver, CUDA 12 and cuDNN 9 are needed";
    private static final String NEEDED_BY_TENSORRT = NEEDED + ", and TensorRT 10";

    private final Placement placement;
    private final Duration latency;
    private final GpuProvider cuda;
    private final GpuProvider tensorrt;
    private final AtomicReference<@Nullable String> fallback = new AtomicReference<>();

    /** As many threads as the machine has processors. */
    public OnnxRuntime(Device device) {
        this(device, Runtime.getRuntime().availableProcessors());
    }

    /**
     * @param threads that one operator of a network uses, from 1
     * @throws IllegalArgumentException if {@code threads} is below 1
     */
    public OnnxRuntime(Device device, int threads) {
        this(Placement.of(device, threads));
    }

    public OnnxRuntime(Placement placement) {
        this(placement, Duration.ZERO);
    }

    /**
     * @param latency that a run of a session takes at the least, for measurements: see {@link FixedLatencySession}
     * @throws IllegalArgumentException if {@code latency} is below zero
     */
    public OnnxRuntime(Placement placement, Duration latency) {
        this(placement, latency, GpuProvider.CUDA, GpuProvider.TENSORRT);
    }

    OnnxRuntime(Placement placement, GpuProvider cuda, GpuProvider tensorrt) {
        this(placement, Duration.ZERO, cuda, tensorrt);
    }

    private OnnxRuntime(Placement placement, Duration latency, GpuProvider cuda, GpuProvider tensorrt) {
        if (latency.isNegative()) {
            throw new IllegalArgumentException("latency: '" + latency + "' is not allowed; allowed: zero or more");
        }
        this.placement = placement;
        this.latency = latency;
        this.cuda = cuda;
        this.tensorrt = tensorrt;
    }

    /**
     * Finds out whether the device can be had, by a network of one addition, so that a process that requires one refuses to start
     * and not to work. Where a GPU is not required, a {@linkplain #warnings warning} says that there is none.
     *
     * @throws ModelException if a device is required and cannot be had
     */
    public void requireDevice() {
        if (placement.device() != Device.CPU) {
            onOpeningThread("the probe of device " + placement.device().word(), () -> {
                try (ModelSession probe = openOnDevice(Path.of("probe.onnx"), OnnxRuntime::probe)) {
                    Tensor one = Tensor.floats(1);
                    one.floats().put(0, 1);
                    return probe.<Float>run(
                            Map.of("x", one),
                            out -> Objects.requireNonNull(out.get("y")).floats().get(0));
                }
            });
        }
    }

    /** What a person who relies on the models' speed has to know, for a report; empty where all is as asked for. */
    public List<String> warnings() {
        String said = fallback.get();
        return said == null ? List.of() : List.of(said);
    }

    /**
     * Loads a model.
     *
     * @throws ModelException if the file is missing, names weights outside its folder or is no model that ONNX Runtime can run, or
     *     if a device is required and cannot be had
     */
    public ModelSession open(Path file) {
        return open(file, List.of());
    }

    /**
     * Loads a model of which some numbers are wrong.
     *
     * @param corrections for numbers that an export has frozen; the file stays as it is
     * @throws ModelException as {@link #open(Path)} does
     */
    public ModelSession open(Path file, List<ScalarCorrection> corrections) {
        if (!Files.isRegularFile(file)) {
            throw new ModelException("model '" + file + "': there is no such file");
        }
        // Refuses weights outside the model's folder, which ONNX Runtime would open.
        ExternalWeights.of(file);
        return onOpeningThread("model '" + file + "'", () -> {
            List<ModelSession> replicas = new ArrayList<>();
            Loading loading = loading(file, corrections);
            try {
                for (int i = 0; i < placement.replicas(); i++) {
                    ModelSession session = openOnDevice(file, loading);
                    replicas.add(latency.isZero() ? session : new FixedLatencySession(session, latency));
                }
                return replicas.size() == 1 ? replicas.get(0) : new ReplicatedSession(replicas);
            } catch (RuntimeException e) {
                replicas.forEach(ModelSession::close);
                throw e;
            }
        });
    }

    private static <R> R onOpeningThread(String what, Callable<R> open) {
        FutureTask<R> opening = new FutureTask<>(open);
        Thread thread = new Thread(null, opening, "onnx-open", OPENING_STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        try {
            return opening.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new ModelException(what + " cannot be loaded: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(what + ": interrupted while it was loaded", e);
        }
    }

    /** Makes the native session; where the network comes from is up to it. */
    private interface Loading {
        OrtSession load(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    private static Loading loading(Path file, List<ScalarCorrection> corrections) throws IOException {
        byte[] corrected = corrections.isEmpty() ? new byte[0] : FrozenScalars.corrected(file, corrections);
        if (corrected.length > 0) {
            LOG.infof("model '%s': numbers that its export has frozen are corrected", file);
            return (environment, options) -> {
                options.addConfigEntry(
                        "session.model_external_initializers_file_folder_path",
                        String.valueOf(file.toAbsolutePath().getParent()));
                return environment.createSession(corrected, options);
            };
        }
        // ONNX Runtime opens files of the disk alone; a small model may lie in the program's own archive.
        return file.getFileSystem().equals(FileSystems.getDefault())
                ? (environment, options) -> environment.createSession(file.toString(), options)
                : (environment, options) -> environment.createSession(bytes(file), options);
    }

    private static OrtSession probe(OrtEnvironment environment, SessionOptions options) throws OrtException {
        try (InputStream network =
                Objects.requireNonNull(OnnxRuntime.class.getResourceAsStream("probe.onnx"), "probe.onnx")) {
            return environment.createSession(network.readAllBytes(), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModelSession openOnDevice(Path file, Loading loading) {
        return switch (placement.device()) {
            case CPU -> openOnCpu(file, loading);
            case CUDA -> openRequired(file, loading, Device.CUDA, cuda, NEEDED);
            case TENSORRT -> openRequired(file, loading, Device.TENSORRT, tensorrt, NEEDED_BY_TENSORRT);
            case AUTO -> {
                if (!cuda.isBuiltIn()) {
                    yield openOnCpu(file, loading);
                }
                try {
                    yield openOnGpu(file, loading, Device.CUDA, cuda);
                } catch (OrtException e) {
                    String said = "models run on the CPU: CUDA is built in but cannot be used (" + NEEDED
                            + "); ONNX Runtime says: " + e.getMessage();
                    if (fallback.compareAndSet(null, said)) {
                        LOG.warn(said);
                    }
                    yield openOnCpu(file, loading);
                }
            }
        };
    }

    private ModelSession openRequired(Path file, Loading loading, Device device, GpuProvider provider, String needed) {
        if (!provider.isBuiltIn()) {
            throw new ModelException(
                    "device " + device.word() + " is required, but this build of ONNX Runtime has the CPU "
                            + "only: use the build with the GPU package (mvn -Pgpu)");
        }
        try {
            return openOnGpu(file, loading, device, provider);
        } catch (OrtException e) {
            throw new ModelException(
                    "device " + device.word() + " is required, but model '" + file + "' cannot be loaded on it: "
                            + needed + "; ONNX Runtime says: " + e.getMessage(),
                    e);
        }
    }

    private ModelSession openOnCpu(Path file, Loading loading) {
        try (SessionOptions options = options()) {
            return session(file, loading, options, Device.CPU);
        } catch (OrtException e) {
            throw new ModelException("model '" + file + "' cannot be loaded: " + e.getMessage(), e);
        }
    }

    private ModelSession openOnGpu(Path file, Loading loading, Device device, GpuProvider provider)
            throws OrtException {
        try (SessionOptions options = options()) {
            // Several sessions on one GPU grow without bound with it:
            // https://github.com/microsoft/onnxruntime/issues/29351
            options.setMemoryPatternOptimization(false);
            provider.addTo(options, placement);
            return session(file, loading, options, device);
        }
    }

    private SessionOptions options() throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setIntraOpNumThreads(placement.threads());
            options.setInterOpNumThreads(1);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.setDeterministicCompute(true);
            // By default the format goes by the file's name, and another one than ONNX was not looked through.
            options.addConfigEntry("session.load_model_format", "ONNX");
            // What is logged as an error is thrown as well, with the same words.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            // Idle threads would otherwise burn the cores that decode the next frames: YOLOX-nano on two cores costs 20
            // ms of
            // CPU without spinning and 41 ms with it, in the same 18 ms of time.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return options;
        } catch (OrtException e) {
            options.close();
            throw e;
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException("model '" + file + "' cannot be read: " + e, e);
        }
    }

    private ModelSession session(Path file, Loading loading, SessionOptions options, Device device)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "sluice");
        OrtSession session = loading.load(environment, options);
        try {
            return new OrtModelSession(file, environment, session, device, placement.batchOn(device));
        } catch (OrtException e) {
            session.close();
            throw e;
        }
    }
}
