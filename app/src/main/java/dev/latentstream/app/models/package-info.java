/**
 * The commands about networks: list, evaluate, reconstruct, pretrain.
 *
 * <p>Start reading at {@link ModelsCommand}.
 */
@NullMarked
package dev.latentstream.app.models;

import org.jspecify.annotations.NullMarked;
