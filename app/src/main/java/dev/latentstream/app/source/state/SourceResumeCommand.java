package dev.latentstream.app.source.state;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lets a paused source continue. */
@Command(name = "resume", description = "Let a paused source continue: a runner that waits does so within a second.")
public final class SourceResumeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ChangeOptions options = new ChangeOptions();

    @Override
    public Integer call() throws Exception {
        String author = options.author();
        options.catalog().resume(options.name(), author, options.reason());
        spec.commandLine()
                .getOut()
                .println("%s is not paused; a runner that waits continues, else run its command again"
                        .formatted(options.name()));
        return 0;
    }
}
