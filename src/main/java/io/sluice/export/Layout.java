package io.sluice.export;

import java.util.Locale;

/** How a trainer wants its files. */
public enum Layout {
    /** {@code img/10_rex dog/}, masks in {@code masks/10_rex dog/}, {@code dataset.toml}: kohya-ss/sd-scripts. */
    KOHYA,
    /** {@code 10_rex dog/}, masks beside the pictures as {@code -masklabel.png}: OneTrainer. */
    ONETRAINER,
    /** {@code train/metadata.jsonl} beside the pictures: datasets of Hugging Face, diffusers. */
    IMAGEFOLDER,
    /** {@code 00000.tar} and so on, an example's files next to each other. */
    WEBDATASET,
    /** {@code data.jsonl}, an object a line, with pictures in {@code pictures/}. */
    JSONL;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
