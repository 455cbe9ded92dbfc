package dev.latentstream.app.cli;

import ai.djl.Device;
import picocli.CommandLine.Option;

/** Where a command computes. */
public final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "cpu|gpuN",
            description = "Where networks run. Default: ${DEFAULT-VALUE}",
            defaultValue = Devices.CPU,
            converter = Devices.class)
    private Device device = Device.cpu();

    public Device device() {
        return device;
    }
}
