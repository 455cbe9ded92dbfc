package dev.latentstream.app.ledger;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.ledger.RunOption.Opened;
import dev.latentstream.runtime.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the samples of a run to a file for other tools. */
@Command(
        name = "export",
        description = "Write the samples of a run to a file, one row each: step, place in the batch, source, topic,"
                + " partition, offset, image id, caption, policy version.")
final class LedgerExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RunOption run = new RunOption();

    @Option(names = "--format", required = true, description = "${COMPLETION-CANDIDATES}")
    private RowWriter.Format format = RowWriter.Format.JSONL;

    @Option(
            names = "--steps",
            paramLabel = "A-B",
            description = "Only these steps, for example 100-200 or 100-. Default: all")
    private String steps = "1-";

    @Option(names = "--to", paramLabel = "FILE", required = true, description = "The file, which is replaced.")
    private Path file = Path.of("");

    private long rows;

    @Override
    public Integer call() throws Exception {
        StepRange range = Usage.requireValid(spec, () -> StepRange.parse(steps));
        run.read(opened -> export(opened, range));
        return 0;
    }

    /** A file that is there is complete: until then the rows are in another one beside it. */
    private void export(Opened opened, StepRange range) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new Failure("the folder of %s does not exist".formatted(file));
        }
        RunSteps recorded = opened.run();
        if (range.first() > recorded.lastStep() || range.last() < recorded.firstStep()) {
            throw new Failure("the ledger has no step of %s of the run %s; it has the steps %d to %d"
                    .formatted(steps, recorded.run(), recorded.firstStep(), recorded.lastStep()));
        }
        if (AtomicFile.isReplaceable(target)) {
            Path unfinished = folder.resolve("." + target.getFileName() + ".unfinished");
            try {
                write(opened, range, unfinished);
                Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } else {
            write(opened, range, target);
        }
        spec.commandLine().getErr().println("wrote %d rows to %s".formatted(rows, file));
    }

    private void write(Opened opened, StepRange range, Path unfinished) throws IOException {
        SampleRows joined = opened.rows();
        try (RowWriter writer = format.open(unfinished)) {
            opened.ledger().chunks(opened.run(), range, chunk -> {
                for (SampleRow row : joined.of(chunk)) {
                    writer.write(row);
                    rows++;
                }
                return true;
            });
        }
    }
}
