package dev.latentstream.app.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Sample grids of all runs that belong beside each other.
 *
 * @param title what they have in common
 * @param cells one for each run
 */
record GridRow(String title, List<Cell> cells) {
    private static final int MOST_ROWS = 4;

    /** Parts of the compute that the cheapest run has at its end. */
    private static final List<Double> PARTS = List.of(0.25, 0.5, 1.0);

    /** Largest difference of the compute from that of the row, as a share. */
    private static final double TOLERANCE = 0.1;

    GridRow {
        cells = List.copyOf(cells);
    }

    /**
     * The grid of one run.
     *
     * @param step after which it was drawn; the nearest one if there is no image
     * @param png empty if the run has no grid near enough
     */
    record Cell(ComparedRun run, long step, Optional<Path> png) {
        Optional<byte[]> image() throws IOException {
            return png.isPresent() ? Optional.of(Files.readAllBytes(png.get())) : Optional.empty();
        }
    }

    /** Returns rows of grids that all runs have of the same step: at most four, the last one among them. */
    static List<GridRow> atEqualSteps(List<ComparedRun> runs) {
        SortedSet<Long> common = new TreeSet<>(runs.get(0).grids().keySet());
        runs.forEach(run -> common.retainAll(run.grids().keySet()));
        List<Long> steps = new ArrayList<>(common);
        int rows = Math.min(MOST_ROWS, steps.size());
        List<GridRow> found = new ArrayList<>();
        for (int row = 1; row <= rows; row++) {
            long step = steps.get(row * steps.size() / rows - 1);
            found.add(new GridRow(
                    "Step %,d".formatted(step),
                    runs.stream()
                            .map(run -> new Cell(
                                    run, step, Optional.ofNullable(run.grids().get(step))))
                            .toList()));
        }
        return found;
    }

    /** Returns rows of grids at a quarter, a half and all of the compute that the cheapest run has at its end. */
    static List<GridRow> atEqualCompute(List<ComparedRun> runs) {
        double budget = budget(runs);
        List<GridRow> found = new ArrayList<>();
        for (double part : PARTS) {
            List<Cell> cells = runs.stream()
                    .filter(run -> !run.grids().isEmpty())
                    .map(run -> nearest(run, part * budget))
                    .toList();
            if (cells.size() == runs.size()
                    && cells.stream().anyMatch(cell -> cell.png().isPresent())) {
                found.add(new GridRow(Compute.text(part * budget), cells));
            }
        }
        return found;
    }

    /** Returns the compute that every run has reached. */
    static double budget(List<ComparedRun> runs) {
        return runs.stream()
                .mapToDouble(run -> run.compute(run.lastStep()))
                .min()
                .orElse(0);
    }

    /** A step is as near as a run comes, however large the share that its compute differs by. */
    private static Cell nearest(ComparedRun run, double compute) {
        long wanted = run.stepAt(compute);
        Map.Entry<Long, Path> best = run.grids().firstEntry();
        for (Map.Entry<Long, Path> grid : run.grids().entrySet()) {
            if (grid.getKey() <= run.lastStep()
                    && distance(run, grid.getKey(), compute) < distance(run, best.getKey(), compute)) {
                best = grid;
            }
        }
        boolean near = best.getKey() == wanted || distance(run, best.getKey(), compute) <= TOLERANCE * compute;
        return new Cell(run, best.getKey(), near ? Optional.of(best.getValue()) : Optional.empty());
    }

    private static double distance(ComparedRun run, long step, double compute) {
        return step > run.lastStep() ? Double.MAX_VALUE : Math.abs(run.compute(step) - compute);
    }
}
