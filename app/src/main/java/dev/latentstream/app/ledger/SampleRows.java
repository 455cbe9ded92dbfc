package dev.latentstream.app.ledger;

import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Joins steps with the latents that they drew. */
final class SampleRows {
    private final RunSteps run;
    private final Topics topics;
    private final StoredLatents latents;

    SampleRows(RunSteps run, Topics topics, StoredLatents latents) {
        this.run = run;
        this.topics = topics;
        this.latents = latents;
    }

    /** Returns the rows of some steps, in the order of training. */
    List<SampleRow> of(List<LedgerStep> steps) {
        List<Place> places = steps.stream()
                .flatMap(step -> step.getSamples().stream().map(sample -> StoredLatents.place(step, sample)))
                .toList();
        Map<Place, StoredLatent> found = latents.read(places);
        List<SampleRow> rows = new ArrayList<>();
        for (LedgerStep step : steps) {
            for (int index = 0; index < step.getSamples().size(); index++) {
                Place place = StoredLatents.place(step, step.getSamples().get(index));
                StoredLatent latent = run.isRecreated(place, step.getStep(), index, latents) ? null : found.get(place);
                rows.add(SampleRow.of(run, topics, step, index, latent));
            }
        }
        return rows;
    }
}
