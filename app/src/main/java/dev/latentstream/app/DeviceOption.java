package dev.latentstream.app;

import ai.djl.Device;
import picocli.CommandLine.Option;

/** Where a command computes. */
final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "cpu|gpuN",
            description = "Where networks run. Default: ${DEFAULT-VALUE}",
            defaultValue = Devices.CPU,
            converter = Devices.class)
    private Device device = Device.cpu();

    Device device() {
        return device;
    }
}
