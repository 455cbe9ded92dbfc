package dev.latentstream.app.compare;

import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The samples of a run, as one hash for each step.
 *
 * @param hashes of the steps, from the first one on
 */
record SampleSequence(String run, List<Long> hashes) {
    SampleSequence {
        hashes = List.copyOf(hashes);
    }

    /** Returns a hash of what a step trains: image, place and caption of each of its samples, in their order. */
    static long hash(LedgerStep step) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < step.getSamples().size(); i++) {
            LedgerSample sample = step.getSamples().get(i);
            if (!step.getSkipped().contains(i)) {
                text.append(sample.getImage())
                        .append(' ')
                        .append(step.getTopics().get(sample.getTopic()))
                        .append(' ')
                        .append(sample.getPartition())
                        .append(' ')
                        .append(sample.getOffset())
                        .append(' ')
                        .append(sample.getCaption())
                        .append('\n');
            }
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java platform has it
        }
    }

    /** Returns up to which step the runs hold the same samples: one sentence, or one for each run that differs from the first. */
    static List<String> compare(List<SampleSequence> runs) {
        SampleSequence first = runs.get(0);
        List<String> differences = new ArrayList<>();
        for (SampleSequence run : runs.subList(1, runs.size())) {
            int same = first.sameSteps(run);
            if (same < Math.min(first.hashes.size(), run.hashes.size())) {
                differences.add(
                        same == 0
                                ? "%s and %s hold other samples from step 1 on.".formatted(first.run, run.run)
                                : "%s and %s hold the same samples up to step %,d, and others from step %,d on."
                                        .formatted(first.run, run.run, same, same + 1));
            }
        }
        return differences.isEmpty() ? List.of(same(runs)) : differences;
    }

    private static String same(List<SampleSequence> runs) {
        int shortest = runs.stream().mapToInt(run -> run.hashes.size()).min().orElse(0);
        int longest = runs.stream().mapToInt(run -> run.hashes.size()).max().orElse(0);
        return "All runs hold the same samples, captions and order up to step %,d, %s."
                .formatted(shortest, shortest == longest ? "their last one" : "the last one of the shortest run");
    }

    private int sameSteps(SampleSequence other) {
        int end = Math.min(hashes.size(), other.hashes.size());
        int step = 0;
        while (step < end && hashes.get(step).equals(other.hashes.get(step))) {
            step++;
        }
        return step;
    }
}
