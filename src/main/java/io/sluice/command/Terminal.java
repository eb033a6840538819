package io.sluice.command;

import java.io.Console;

/** Who reads what is printed. */
final class Terminal {
    private Terminal() {}

    /** Whether a person looks at it as it comes, so that lines may be drawn over. */
    static boolean isThere() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From JDK 22 on there is a console also where the output goes to a file, and this method to tell.
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
