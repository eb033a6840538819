package io.sluice.video;

/**
 * One of the eight ways in which a stored picture is put upright: it is transposed first (rows become columns), then mirrored
 * left to right, then top to bottom, each if so.
 */
record Orientation(boolean transpose, boolean mirrorHorizontally, boolean mirrorVertically) {
    static final Orientation UPRIGHT = new Orientation(false, false, false);

    /**
     * The orientation nearest to a display matrix, of which only the quarter turn and the signs count.
     *
     * @param matrix nine values in row order as containers store them: x' = m[0] x + m[3] y, y' = m[1] x + m[4] y
     */
    static Orientation of(int[] matrix) {
        long straight = Math.abs((long) matrix[0]) + Math.abs((long) matrix[4]);
        long crossed = Math.abs((long) matrix[1]) + Math.abs((long) matrix[3]);
        return crossed > straight
                ? new Orientation(true, matrix[3] < 0, matrix[1] < 0)
                : new Orientation(false, matrix[0] < 0, matrix[4] < 0);
    }

    /** Whether the matrix is one of the eight up to scale, so that {@link #of} loses nothing. */
    static boolean isExact(int[] matrix) {
        boolean straight = matrix[0] != 0 && matrix[4] != 0 && matrix[1] == 0 && matrix[3] == 0;
        boolean crossed = matrix[0] == 0 && matrix[4] == 0 && matrix[1] != 0 && matrix[3] != 0;
        return straight || crossed;
    }

    /** The clockwise turn: 0, 90, 180 or 270; a mirroring left to right comes after it where there is one. */
    int rotationDegrees() {
        if (transpose) {
            return mirrorVertically ? 270 : 90;
        }
        return mirrorVertically ? 180 : 0;
    }
}
