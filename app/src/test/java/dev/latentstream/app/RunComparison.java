package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.KilledPipeline;
import dev.latentstream.schemas.LedgerStep;
import java.util.List;
import java.util.stream.LongStream;

/** Compares a run that was killed with one that was not: a replay of it, in this JVM. */
final class RunComparison {
    private RunComparison() {}

    /** Fails unless the run has each step once, and the ledger and the weights of its replay. Returns the number of steps. */
    static int withAnUninterruptedRun(KilledPipeline pipeline, String run) throws Exception {
        int recorded = pipeline.ledger(run).size();
        if (recorded == 0) { // it waited for latents whenever it was killed
            assertThat(run).isEqualTo("wait");
            return 0;
        }
        // A replay ends with the last step whose loss is reported: one more is trained, but by a run that might wait
        // for it for ever, since nothing arrives any more.
        int steps = recorded + (run.equals("repeat") ? 1 : 0);
        assertThat(pipeline.train(run, steps).exitCode()).isZero();
        List<LedgerStep> killed = pipeline.ledger(run);
        assertThat(killed)
                .as("no step is missing or written twice")
                .extracting(LedgerStep::getStep)
                .isEqualTo(LongStream.rangeClosed(1, killed.size()).boxed().toList());
        assertThat(pipeline.command("ledger", "verify", "--run=" + run).out())
                .last()
                .isEqualTo("no mismatch");

        String whole = "whole-" + run;
        assertThat(pipeline.train(run, steps, "--run=" + whole, "--replay=" + run)
                        .exitCode())
                .isZero();

        assertThat(pipeline.ledger(whole).subList(0, steps))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("run")
                .isEqualTo(killed.subList(0, steps));
        assertThat(pipeline.weights(run, steps)).hasSizeGreaterThan(1).isEqualTo(pipeline.weights(whole, steps));
        System.out.printf("%s: %d steps are equal to those of a run that was not killed%n", run, steps);
        return steps;
    }
}
