/**
 * Access to what DJL's native library keeps package-private: calling a TorchScript method with gradients recorded.
 *
 * <p>It is in DJL's package because {@code PyTorchLibrary} is visible only there. Class path only: a named module would
 * be a split package.
 */
@NullMarked
package ai.djl.pytorch.jni;

import org.jspecify.annotations.NullMarked;
