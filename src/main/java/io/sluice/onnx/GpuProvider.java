package io.sluice.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;

/** A GPU as ONNX Runtime has it; a seam, so that machines without one can play one. */
interface GpuProvider {

    /** Whether this build of ONNX Runtime knows the provider; it says nothing of drivers and libraries. */
    boolean isBuiltIn();

    /** @throws OrtException if the provider's libraries or a GPU are missing */
    void addTo(SessionOptions options, Placement placement) throws OrtException;

    /** The first GPU. */
    int FIRST = 0;

    GpuProvider CUDA = new GpuProvider() {
        @Override
        public boolean isBuiltIn() {
            return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
        }

        @Override
        public void addTo(SessionOptions options, Placement placement) throws OrtException {
            try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(FIRST)) {
                // The search for the fastest convolution picks by timing, so that runs differ; TF32 drops bits of the
                // mantissa.
                cuda.add("cudnn_conv_algo_search", "HEURISTIC");
                cuda.add("use_tf32", "0");
                // By default the arena doubles with each extension, and takes up to twice what is needed.
                cuda.add("arena_extend_strategy", "kSameAsRequested");
                if (placement.gpuMemoryBytes().isPresent()) {
                    cuda.add(
                            "gpu_mem_limit",
                            Long.toString(placement.gpuMemoryBytes().getAsLong()));
                }
                options.addCUDA(cuda);
            }
        }
    };

    /** TensorRT, and CUDA for what it cannot do. */
    GpuProvider TENSORRT = new GpuProvider() {
        @Override
        public boolean isBuiltIn() {
            return OrtEnvironment.getAvailableProviders().contains(OrtProvider.TENSOR_RT);
        }

        @Override
        public void addTo(SessionOptions options, Placement placement) throws OrtException {
            try (OrtTensorRTProviderOptions tensorrt = new OrtTensorRTProviderOptions(FIRST)) {
                tensorrt.add("trt_fp16_enable", placement.halfPrecision() ? "1" : "0");
                if (placement.gpuMemoryBytes().isPresent()) {
                    tensorrt.add(
                            "trt_max_workspace_size",
                            Long.toString(placement.gpuMemoryBytes().getAsLong()));
                }
                if (placement.engineCache().isPresent()) {
                    tensorrt.add("trt_engine_cache_enable", "1");
                    tensorrt.add(
                            "trt_engine_cache_path",
                            placement.engineCache().get().toString());
                    tensorrt.add("trt_timing_cache_enable", "1");
                }
                options.addTensorrt(tensorrt);
            }
            CUDA.addTo(options, placement);
        }
    };
}
