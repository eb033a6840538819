/**
 * The packaged application from outside: started as a process of its own in an empty folder, as a person does, and judged by its
 * exit code, what it prints, and what it leaves on disk.
 *
 * <p>The system property {@code sluice.jar} names the jar. Videos are made here; real ones are used where the shared assets are.
 * Nothing in these tests waits for a fixed time or asserts how long something took.
 */
@NullMarked
package io.sluice.it;

import org.jspecify.annotations.NullMarked;
