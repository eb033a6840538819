package io.sluice.video;

/** What decodes. Both give the same pixels, wherever a codec's specification leaves no choice, as those of today do. */
public enum Hardware {
    /** The processor. */
    NONE,
    /** NVDEC, where build, device and codec have it; else the processor, which is said once. */
    CUDA
}
