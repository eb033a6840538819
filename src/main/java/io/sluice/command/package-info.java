/**
 * The command line: what a person types, and what they read while it runs and at its end.
 *
 * <p>Arguments are parsed before the application starts, so that {@code --help} and mistakes answer at once. The invariant: the
 * exit code is 0 when every video completed, 1 when some video failed, 2 for wrong usage or a wrong recipe, 3 for an internal
 * error. One command runs in a process.
 */
@NullMarked
package io.sluice.command;

import org.jspecify.annotations.NullMarked;
