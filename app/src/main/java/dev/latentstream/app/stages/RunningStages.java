package dev.latentstream.app.stages;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Failures;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.http.HttpEndpoint;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.HttpSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stages of this process with their metrics endpoint: started in order, closed in reverse order. */
public final class RunningStages implements AutoCloseable {
    private final HttpEndpoint http;
    private final List<Stage> started = new ArrayList<>();

    private RunningStages(HttpEndpoint http) {
        this.http = http;
    }

    /**
     * Starts the endpoint, then the stages one after the other.
     *
     * @param stages in the order of their start: first those that others depend on
     */
    public static RunningStages start(HttpSettings settings, Meters meters, List<? extends Stage> stages) {
        RunningStages running = new RunningStages(HttpEndpoint.start(settings, meters, stages));
        try {
            for (Stage stage : stages) {
                running.started.add(stage);
                stage.start();
            }
            return running;
        } catch (Throwable failure) {
            running.close();
            throw failure;
        }
    }

    /** Returns the failure of the first stage that failed. */
    public Optional<Failure> failure() {
        return started.stream()
                .flatMap(stage -> stage.failure().stream().map(cause -> failure(stage, cause)))
                .findFirst();
    }

    public int httpPort() {
        return http.port();
    }

    @Override
    public void close() {
        http.close();
        for (int last = started.size() - 1; last >= 0; last--) {
            started.get(last).close();
        }
    }

    private static Failure failure(Stage stage, Throwable cause) {
        return new Failure("the stage %s failed: %s".formatted(stage.name(), Failures.describe(cause)), cause);
    }
}
