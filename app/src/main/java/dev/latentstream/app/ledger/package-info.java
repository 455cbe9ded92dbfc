/**
 * The commands on the ledger of a run: {@code ledger show}, {@code verify}, {@code export} and {@code uses}.
 *
 * <p>Start reading at {@link LedgerReader}, which finds the steps that count, and {@link LatentLog}, which fetches the latents that they
 * drew. Both read forwards in bounded memory, however long the ledger is.
 */
@NullMarked
package dev.latentstream.app.ledger;

import org.jspecify.annotations.NullMarked;
