package io.sluice.onnx;

import org.jspecify.annotations.Nullable;

/**
 * A model cannot be used: the file is missing or broken, its manifest is wrong, or its tensors are not those of the contract. The
 * message names the file, the thing in it, what was expected and what was found. No frame is at fault, unless the model has no
 * memory for its picture.
 */
public class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ModelException(String message) {
        this(message, null);
    }

    public ModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
