package dev.latentstream.app;

import dev.latentstream.app.cli.Failures;
import dev.latentstream.app.cli.Logging;
import dev.latentstream.app.cli.PathConverter;
import dev.latentstream.app.cli.RepeatedKeys;
import dev.latentstream.app.cli.RootLocale;
import dev.latentstream.app.cli.Usage;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The command {@code latentstream}. Exit codes: 0 success, 1 failure, 2 usage error. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Logging.describeRestoredTasks();
        System.exit(run(writer(System.out), writer(System.err), arguments));
    }

    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        RootLocale.use();
        CommandLine line = LatentstreamCommand.line(arguments)
                .setOut(out)
                .setErr(err)
                .registerConverter(Path.class, new PathConverter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionStrategy(Main::runLast)
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(Main::explainFailure);
        return line.execute(arguments);
    }

    private static int runLast(ParseResult parsed) {
        RepeatedKeys.refuse(parsed);
        return new RunLast().execute(parsed);
    }

    private static int explainUsage(ParameterException exception, String... arguments) {
        CommandLine command = exception.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = Usage.plain(Failures.oneLine(String.valueOf(exception.getMessage())));
        command.getErr().println("%s: %s (see %s --help)".formatted(name, message, name));
        return CommandLine.ExitCode.USAGE;
    }

    private static int explainFailure(Exception exception, CommandLine command, ParseResult parsed) {
        command.getErr().println("latentstream: " + Failures.describe(exception));
        LatentstreamCommand top = command.getCommandSpec().root().commandLine().getCommand();
        if (top.isVerbose()) {
            exception.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
