package io.sluice.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/** CUDA as ONNX Runtime has it; a seam, so that machines without a GPU can play one. */
interface CudaProvider {

    /** Whether this build of ONNX Runtime knows CUDA; it says nothing of drivers and libraries. */
    boolean isBuiltIn();

    /** @throws OrtException if CUDA's libraries or a GPU are missing */
    void addTo(SessionOptions options) throws OrtException;

    CudaProvider NATIVE = new CudaProvider() {
        @Override
        public boolean isBuiltIn() {
            return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
        }

        @Override
        public void addTo(SessionOptions options) throws OrtException {
            try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
                // The search for the fastest convolution picks by timing, so that runs differ; TF32 drops bits of the
                // mantissa.
                cuda.add("cudnn_conv_algo_search", "HEURISTIC");
                cuda.add("use_tf32", "0");
                options.addCUDA(cuda);
            }
        }
    };
}
