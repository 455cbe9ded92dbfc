/**
 * Datasets: ranges of latent topics that are frozen under a name, so that runs train on exactly these records, epoch by epoch.
 *
 * <p>Start reading at {@link DatasetOrder}, the seeded order in which an epoch takes the blocks of a source; {@link DatasetScan} makes and
 * verifies the manifest, {@link DatasetCatalog} keeps it in the topic {@code datasets}. The feed of a run draws from it.
 *
 * <p>Promises: the order of an epoch depends on manifest, seed and epoch alone; a manifest is verified by the bytes of every record.
 */
@NullMarked
package dev.latentstream.trainer.dataset;

import org.jspecify.annotations.NullMarked;
