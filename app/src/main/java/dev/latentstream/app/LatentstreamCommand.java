package dev.latentstream.app;

import dev.latentstream.app.bench.BenchCommand;
import dev.latentstream.app.cli.Logging;
import dev.latentstream.app.cluster.BrokerCommand;
import dev.latentstream.app.compare.CompareCommand;
import dev.latentstream.app.control.ControlCommand;
import dev.latentstream.app.dataset.DatasetCommand;
import dev.latentstream.app.deadletters.DlqCommand;
import dev.latentstream.app.demo.DemoCommand;
import dev.latentstream.app.ledger.LedgerCommand;
import dev.latentstream.app.models.ModelsCommand;
import dev.latentstream.app.rejections.RefilterCommand;
import dev.latentstream.app.rejections.RejectionsCommand;
import dev.latentstream.app.removals.RemovalsCommand;
import dev.latentstream.app.removals.RemoveCommand;
import dev.latentstream.app.source.SourceCommand;
import dev.latentstream.app.stages.CaptionCommand;
import dev.latentstream.app.stages.EncodeCommand;
import dev.latentstream.app.stages.IngestCommand;
import dev.latentstream.app.stages.RecaptionCommand;
import dev.latentstream.app.stages.ScoreCommand;
import dev.latentstream.app.stages.TrainCommand;
import dev.latentstream.app.stats.StatsCommand;
import dev.latentstream.app.status.StatusCommand;
import dev.latentstream.app.topics.InspectCommand;
import dev.latentstream.app.topics.KafkaCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command tree, with the options that all commands share. */
@Command(
        name = "latentstream",
        description = "A live training-data plane for text-to-image diffusion, on Kafka.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
final class LatentstreamCommand implements Runnable {
    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            BrokerCommand.class,
            SourceCommand.class,
            IngestCommand.class,
            ScoreCommand.class,
            CaptionCommand.class,
            RecaptionCommand.class,
            EncodeCommand.class,
            TrainCommand.class,
            DatasetCommand.class,
            CompareCommand.class,
            StatusCommand.class,
            StatsCommand.class,
            InspectCommand.class,
            ControlCommand.class,
            LedgerCommand.class,
            RemoveCommand.class,
            RemovalsCommand.class,
            RejectionsCommand.class,
            RefilterCommand.class,
            DlqCommand.class,
            ModelsCommand.class,
            BenchCommand.class,
            KafkaCommand.class);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private boolean verbose;

    /**
     * Returns the command line with the command that the arguments name, or with all if they name none: to build all takes longer than to
     * run a short one.
     */
    static CommandLine line(String... arguments) {
        CommandLine line = new CommandLine(new LatentstreamCommand());
        Optional<String> first =
                Arrays.stream(arguments).filter(word -> !word.startsWith("-")).findFirst();
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> first.isPresent() && name(command).equals(first.get()))
                .toList();
        (named.isEmpty() ? COMMANDS : named).forEach(line::addSubcommand);
        return line;
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    boolean isVerbose() {
        return verbose;
    }

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show the logs of the libraries, and the stack trace of a failure.")
    void verbose(boolean wanted) {
        verbose = wanted;
        if (wanted) {
            Logging.showEverything();
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }
}
