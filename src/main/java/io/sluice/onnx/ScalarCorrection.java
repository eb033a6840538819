package io.sluice.onnx;

import java.util.regex.Pattern;

/**
 * What is to become of a number that an export has frozen into a network by mistake, such as one that depends on the size of the
 * picture which the network was traced with. Only a number with such a name and this value is changed, so that a file whose maker has
 * mended it stays as it is.
 *
 * @param name of an initializer, or of the output of a {@code Constant}; it must match as a whole
 * @param frozen what the number is in the file, to five digits
 * @param right what it is to be
 */
public record ScalarCorrection(Pattern name, float frozen, float right) {

    boolean fits(String found, float value) {
        return Math.abs(value - frozen) <= 1e-5 * Math.abs(frozen)
                && name.matcher(found).matches();
    }

    /** As {@link #fits}, for a number that is kept in 16 bits, which hold three digits. */
    boolean fitsHalf(String found, float value) {
        return Math.abs(value - frozen) <= 1e-3 * Math.abs(frozen)
                && name.matcher(found).matches();
    }
}
