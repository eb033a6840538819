package io.sluice.command;

/** What a process ends with. */
final class ExitCode {
    /** Every video completed, also where no frame was kept. */
    static final int COMPLETED = 0;
    /** Some video failed; the others are done. */
    static final int SOME_FAILED = 1;
    /** The command line or the recipe is wrong; nothing was done. */
    static final int USAGE = 2;
    /** The program is at fault. */
    static final int INTERNAL = 3;

    private ExitCode() {}
}
