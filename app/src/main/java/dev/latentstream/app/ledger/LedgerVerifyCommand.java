package dev.latentstream.app.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.ledger.RunOption.Opened;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares the ledger of a run with the log. */
@Command(
        name = "verify",
        description = "Read the latents of a run again and compare places, images and captions with its ledger."
                + " The first mismatch is printed, and the exit code is 1.")
final class LedgerVerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RunOption run = new RunOption();

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    private Optional<String> mismatch = Optional.empty();

    @Override
    public Integer call() throws Exception {
        run.read(this::verify);
        return mismatch.isEmpty() ? 0 : 1;
    }

    private void verify(Opened opened) throws IOException {
        LedgerVerification verification = new LedgerVerification(opened.latents());
        opened.ledger().chunks(opened.run(), StepRange.ALL, chunk -> {
            mismatch = verification.check(chunk);
            return mismatch.isEmpty();
        });
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(opened.run(), verification).toPrettyString());
        } else {
            lines(opened.run(), verification).forEach(out::println);
        }
    }

    private List<String> lines(RunSteps steps, LedgerVerification verification) {
        List<String> lines = new ArrayList<>();
        lines.add("run %s: steps %d to %d, written in %d %s"
                .formatted(
                        steps.run(),
                        steps.firstStep(),
                        steps.lastStep(),
                        steps.lives().size(),
                        steps.lives().size() == 1 ? "life" : "lives"));
        if (steps.firstStep() > 1) {
            lines.add("not checked: the ledger no longer has the steps before " + steps.firstStep());
        }
        verification
                .unchecked()
                .forEach((reason, count) -> lines.add("not checked: %d samples: %s".formatted(count, reason)));
        lines.add("checked: %d samples of %d steps".formatted(verification.checked(), verification.steps()));
        lines.add(mismatch.map(text -> "first mismatch: " + text).orElse("no mismatch"));
        return lines;
    }

    private ObjectNode json(RunSteps steps, LedgerVerification verification) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("run", steps.run());
        node.put("first_step", steps.firstStep());
        node.put("last_step", steps.lastStep());
        node.put("lives", steps.lives().size());
        node.put("steps", verification.steps());
        node.put("checked", verification.checked());
        ObjectNode unchecked = node.putObject("unchecked");
        verification.unchecked().forEach(unchecked::put);
        node.put("mismatch", mismatch.orElse(null));
        return node;
    }
}
