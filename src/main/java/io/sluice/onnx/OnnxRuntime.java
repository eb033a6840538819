package io.sluice.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Creates sessions, all of them with the same device policy and thread counts. Thread counts are pinned, because the order of
 * additions, and with it the last bits of a result, depends on them. Thread-safe.
 */
public final class OnnxRuntime {
    private static final Logger LOG = Logger.getLogger(OnnxRuntime.class);

    private final Device device;
    private final int threads;
    private final CudaProvider cuda;
    private final AtomicBoolean saidFallback = new AtomicBoolean();

    /** As many threads as the machine has processors. */
    public OnnxRuntime(Device device) {
        this(device, Runtime.getRuntime().availableProcessors());
    }

    /**
     * ONNX Runtime parses the process' command line by recursion when it is first used, and ends the process where the stack is
     * too small for it: 12,600 characters of file names were enough for a thread of usual size. Only touched pages cost memory.
     */
    private static final long OPENING_STACK_BYTES = 1L << 29;

    /**
     * @param threads that one operator of a network uses, from 1
     * @throws IllegalArgumentException if {@code threads} is below 1
     */
    public OnnxRuntime(Device device, int threads) {
        this(device, threads, CudaProvider.NATIVE);
    }

    OnnxRuntime(Device device, int threads, CudaProvider cuda) {
        if (threads < 1) {
            throw new IllegalArgumentException("ONNX Runtime with " + threads + " threads: at least 1 is required");
        }
        this.device = device;
        this.threads = threads;
        this.cuda = cuda;
    }

    /**
     * Loads a model.
     *
     * @throws ModelException if the file is missing, names weights outside its folder or is no model that ONNX Runtime can run, or if CUDA is required and cannot
     *     be had
     */
    public ModelSession open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ModelException("model '" + file + "': there is no such file");
        }
        // Refuses weights outside the model's folder, which ONNX Runtime would open.
        ExternalWeights.of(file);
        FutureTask<ModelSession> opening = new FutureTask<>(() -> openHere(file));
        Thread thread = new Thread(null, opening, "onnx-open", OPENING_STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        try {
            return opening.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new ModelException("model '" + file + "' cannot be loaded: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException("model '" + file + "': interrupted while it was loaded", e);
        }
    }

    private ModelSession openHere(Path file) {
        return switch (device) {
            case CPU -> openOnCpu(file);
            case CUDA -> {
                if (!cuda.isBuiltIn()) {
                    throw new ModelException(
                            "device cuda is required, but this build of ONNX Runtime has the CPU only: "
                                    + "use the build with the GPU package (mvn -Pgpu)");
                }
                try {
                    yield openOnCuda(file);
                } catch (OrtException e) {
                    throw new ModelException(
                            "device cuda is required, but model '" + file
                                    + "' cannot be loaded on it: an NVIDIA GPU, its driver, "
                                    + "CUDA 12 and cuDNN 9 are needed; ONNX Runtime says: " + e.getMessage(),
                            e);
                }
            }
            case AUTO -> {
                if (!cuda.isBuiltIn()) {
                    yield openOnCpu(file);
                }
                try {
                    yield openOnCuda(file);
                } catch (OrtException e) {
                    if (saidFallback.compareAndSet(false, true)) {
                        LOG.warnf(
                                "models run on the CPU: CUDA is built in but cannot be used (an NVIDIA GPU, its driver, CUDA 12"
                                        + " and cuDNN 9 are needed); ONNX Runtime says: %s",
                                e.getMessage());
                    }
                    yield openOnCpu(file);
                }
            }
        };
    }

    private ModelSession openOnCpu(Path file) {
        try (SessionOptions options = options()) {
            return session(file, options, Device.CPU);
        } catch (OrtException e) {
            throw new ModelException("model '" + file + "' cannot be loaded: " + e.getMessage(), e);
        }
    }

    private ModelSession openOnCuda(Path file) throws OrtException {
        try (SessionOptions options = options()) {
            // Several sessions on one GPU grow without bound with it:
            // https://github.com/microsoft/onnxruntime/issues/29351
            options.setMemoryPatternOptimization(false);
            cuda.addTo(options);
            return session(file, options, Device.CUDA);
        }
    }

    private SessionOptions options() throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setIntraOpNumThreads(threads);
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

    /** ONNX Runtime opens files of the disk alone; a small model may lie in the program's own archive. */
    private static boolean isOnDisk(Path file) {
        return file.getFileSystem().equals(FileSystems.getDefault());
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException("model '" + file + "' cannot be read: " + e, e);
        }
    }

    private static ModelSession session(Path file, SessionOptions options, Device device) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "sluice");
        OrtSession session = isOnDisk(file)
                ? environment.createSession(file.toString(), options)
                : environment.createSession(bytes(file), options);
        try {
            return new OrtModelSession(file, environment, session, device);
        } catch (OrtException e) {
            session.close();
            throw e;
        }
    }
}
