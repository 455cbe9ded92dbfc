package dev.latentstream.trainer.dataset;

import dev.latentstream.models.optim.Seeds;
import dev.latentstream.schemas.DatasetPartition;
import dev.latentstream.schemas.DatasetSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** The order in which an epoch takes the blocks of a source: a permutation of all its blocks by the seed. */
public final class DatasetOrder {
    private DatasetOrder() {}

    /**
     * A block of consecutive offsets.
     *
     * @param start first offset
     * @param end offset after the last one
     * @param records number of records in it that a run takes, at least 1
     */
    public record Block(int partition, long start, long end, int records) {}

    /**
     * Returns the blocks of an epoch; those without records are left out.
     *
     * @param size offsets in a block; the last one of a partition may have fewer
     * @param epoch counts from 1
     */
    public static List<Block> of(DatasetSource source, int size, long seed, long epoch) {
        List<Block> blocks = new ArrayList<>();
        for (DatasetPartition partition : source.getPartitions()) {
            for (int i = 0; i < partition.getCounts().size(); i++) {
                long start = partition.getStart() + (long) i * size;
                int records = partition.getCounts().get(i);
                if (records > 0) {
                    blocks.add(new Block(
                            partition.getPartition(), start, Math.min(start + size, partition.getEnd()), records));
                }
            }
        }
        SplittableRandom random = Seeds.random(seed, "blocks of " + source.getTopic(), epoch);
        for (int i = blocks.size() - 1; i > 0; i--) { // Fisher and Yates
            Collections.swap(blocks, i, random.nextInt(i + 1));
        }
        return blocks;
    }

    /** Returns the number of records that an epoch takes from a source: latents, and tombstones among them. */
    public static long records(DatasetSource source) {
        return source.getPartitions().stream()
                .flatMap(partition -> partition.getCounts().stream())
                .mapToLong(Integer::longValue)
                .sum();
    }
}
