/**
 * The settings of the program: one YAML file, read into a tree of records that validate themselves.
 *
 * <p>Start reading at {@link SettingsReader}. Unknown keys are refused. {@code ${NAME:-default}} reads the environment; nothing else in
 * the program does. {@link Checks} has the checks that constructors of records use; their messages name the value and the bound.
 */
@NullMarked
package dev.latentstream.runtime.settings;

import org.jspecify.annotations.NullMarked;
