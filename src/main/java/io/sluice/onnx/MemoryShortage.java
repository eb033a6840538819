package io.sluice.onnx;

import io.sluice.frame.InfrastructureException;
import java.util.regex.Pattern;

/** What ONNX Runtime says where a network asks for more memory than there is; fewer inputs at once may do. */
final class MemoryShortage {
    /**
     * There is no status for it: words of ONNX Runtime's arena, of CUDA, cuBLAS, cuDNN and TensorRT, and of C++.
     *
     * @see <a href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/framework/bfc_arena.cc">bfc_arena.cc</a>
     */
    private static final Pattern WORDS = Pattern.compile(
            "Failed to allocate memory|Available memory of \\d+ is smaller|out of memory|OutOfMemory|bad_alloc|bad allocation"
                    + "|ALLOC_FAILED|cudaErrorMemoryAllocation",
            Pattern.CASE_INSENSITIVE);

    private MemoryShortage() {}

    static boolean isSaidBy(String message) {
        return WORDS.matcher(message).find();
    }

    static boolean isReasonOf(RuntimeException fault) {
        return fault instanceof OnCpu || fault instanceof OnGpu;
    }

    /** The picture is too large, or too many of them: the frame is at fault. */
    static final class OnCpu extends ModelException {
        private static final long serialVersionUID = 1;

        OnCpu(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Others may have the GPU's memory: the device is at fault. */
    static final class OnGpu extends InfrastructureException {
        private static final long serialVersionUID = 1;

        OnGpu(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
