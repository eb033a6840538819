package io.sluice.world;

/**
 * Where the picture is taken from.
 *
 * @param yaw radians from looking along z towards looking along x
 * @param pitch radians upwards
 * @param fieldOfView horizontal, in radians
 */
record Camera(double x, double y, double z, double yaw, double pitch, double fieldOfView) {

    /** The focal length in pixels for a picture of that width. */
    double focal(int width) {
        return width / 2.0 / StrictMath.tan(fieldOfView / 2);
    }

    /** The camera's axes in the world: to the right, up, forward; x, y, z each. */
    double[] axes() {
        double sy = StrictMath.sin(yaw);
        double cy = StrictMath.cos(yaw);
        double sp = StrictMath.sin(pitch);
        double cp = StrictMath.cos(pitch);
        return new double[] {cy, 0, -sy, -sy * sp, cp, -cy * sp, sy * cp, sp, cy * cp};
    }

    /** Halfway and so on to another camera; 0 is this one, 1 the other. */
    Camera towards(Camera other, double part) {
        return new Camera(
                x + (other.x - x) * part,
                y + (other.y - y) * part,
                z + (other.z - z) * part,
                yaw + (other.yaw - yaw) * part,
                pitch + (other.pitch - pitch) * part,
                fieldOfView + (other.fieldOfView - fieldOfView) * part);
    }
}
