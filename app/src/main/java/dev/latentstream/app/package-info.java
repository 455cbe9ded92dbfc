/**
 * The command {@code latentstream}: wires the stages of the other modules together and runs them.
 *
 * <p>Start reading at {@link LatentstreamCommand}, the root of the command tree. Each command has a package of its own; the packages that
 * several commands share are {@code cli}, {@code cluster} and {@code settings}. A failure that the user can fix is a
 * {@link dev.latentstream.app.cli.Failure}: one line, exit code 1. Usage errors exit with 2.
 */
@NullMarked
package dev.latentstream.app;

import org.jspecify.annotations.NullMarked;
