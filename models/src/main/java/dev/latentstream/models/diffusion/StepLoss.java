package dev.latentstream.models.diffusion;

/**
 * The losses of one step.
 *
 * @param loss mean over the samples of weight times loss, whose gradient the step followed; 0 without samples
 * @param samples (B): loss of each sample, without its weight; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StepLoss(float loss, float[] samples) {
    static StepLoss of(float[] samples, float[] weights) {
        double sum = 0;
        for (int i = 0; i < samples.length; i++) {
            sum += (double) weights[i] * samples[i];
        }
        return new StepLoss((float) (sum / Math.max(samples.length, 1)), samples);
    }
}
