/**
 * The basis of every command: failures and exit codes, the terminal, signals, logging.
 *
 * <p>Start reading at {@link Failures}, which turns exceptions into one line and an exit code.
 */
@NullMarked
package dev.latentstream.app.cli;

import org.jspecify.annotations.NullMarked;
