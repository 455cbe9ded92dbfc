package dev.latentstream.app.bench;

import ai.djl.Device;
import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a benchmark.
 *
 * @param folder of images; null for drawn scenes
 * @param count images per round; null for as many as each stage processes within seconds on two cores
 * @param steps training steps per round
 * @param rounds on each side
 * @param seed of drawn scenes and of training
 * @param device of networks
 */
record BenchPlan(
        Set<BenchStage> stages,
        @Nullable Path folder,
        @Nullable Integer count,
        int steps,
        int rounds,
        long seed,
        Device device) {
    /** With a quarter as warm-up, more than one batch is timed. */
    static final int FEWEST_BATCHES = 4;

    private static final int FEWEST = 16;

    public BenchPlan {
        stages = Set.copyOf(stages);
        Checks.atLeast("stages: number of them", stages.size(), 1);
        if (count != null) {
            Checks.between("count", count, FEWEST, 100_000);
        }
        Checks.between("rounds", rounds, 1, 100);
        Checks.between("steps", steps, 2, 100_000);
    }

    /** Returns the images per round of one stage. */
    int images(BenchStage stage) {
        return switch (stage) {
            case INGEST, HOSTILE, ENCODING -> orElse(1600);
            case SCORING -> orElse(640);
            case CAPTIONING -> orElse(192);
            case FETCH -> 0; // BenchOrigin has one image
            case TRAINER -> 0; // TrainerBenchmark draws scenes of its own
            case FEED -> 0; // FeedLatents has random latents
        };
    }

    /** Returns the files that are fetched per round. */
    int fetched() {
        return orElse(8000);
    }

    /** Returns the latents of the feed: enough that its code is compiled after one round. */
    int latents() {
        return orElse(100_000);
    }

    private int orElse(int usual) {
        return count == null ? usual : count;
    }

    /** Returns how many of a number of images or batches are warm-up. */
    static int warmUp(int count) {
        return count / 4;
    }

    /** Returns the maximum over the stages. */
    int maxImages() {
        return stages.stream().mapToInt(this::images).max().orElse(0);
    }
}
