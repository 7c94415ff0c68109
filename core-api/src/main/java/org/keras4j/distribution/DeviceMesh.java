package org.keras4j.distribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.sharding.Mesh;

/**
 * Devices laid out along named axes ({@code keras.distribution.DeviceMesh}).
 *
 * @param shape how many devices there are along each axis
 * @param axisNames a name for each axis, none twice
 * @param devices the devices in C order, as many as the shape holds
 */
public record DeviceMesh(Shape shape, List<String> axisNames, List<String> devices) {
  /**
   * Checks that the parts fit.
   *
   * @throws IllegalArgumentException if there is no axis, a name is missing or there twice, or the number of devices differs
   */
  public DeviceMesh {
    axisNames = List.copyOf(axisNames);
    devices = List.copyOf(devices);
    if (shape.rank() == 0 || !shape.isKnown()) {
      throw new IllegalArgumentException(
          "DeviceMesh: the shape must have at least one axis, all of known sizes, got " + shape);
    }
    if (axisNames.size() != shape.rank()) {
      throw new IllegalArgumentException(
          "DeviceMesh: expected a name for each axis of " + shape + ", got " + axisNames);
    }
    if (new HashSet<>(axisNames).size() != axisNames.size()) {
      throw new IllegalArgumentException(
          "DeviceMesh: the names of axes must differ, got " + axisNames);
    }
    if (devices.size() != shape.size()) {
      throw new IllegalArgumentException("DeviceMesh: the shape " + shape + " holds " + shape.size()
          + " devices, got " + devices.size() + ": " + devices);
    }
  }

  /**
   * A mesh of all devices there are.
   *
   * @throws IllegalArgumentException if their number is another
   */
  public DeviceMesh(Shape shape, List<String> axisNames) {
    this(shape, axisNames, Distribution.listDevices());
  }

  /**
   * A mesh of devices that need not be here, for programs that run elsewhere; they are named {@code device:0} and so on.
   *
   * @param shape how many devices there are along each axis
   * @param axisNames a name for each axis
   * @return the mesh
   */
  public static DeviceMesh planned(Shape shape, List<String> axisNames) {
    List<String> names = new ArrayList<>();
    for (long i = 0; shape.isKnown() && i < shape.size(); i++) {
      names.add("device:" + i);
    }
    return new DeviceMesh(shape, axisNames, names);
  }

  /** The axes without the devices. */
  public Mesh axes() {
    return new Mesh(axisNames, Arrays.stream(shape.toArray()).boxed().toList());
  }

  /**
   * How many devices there are along an axis.
   *
   * @throws IllegalArgumentException if there is no axis of that name
   */
  public long size(String axisName) {
    int i = axisNames.indexOf(axisName);
    if (i < 0) {
      throw new IllegalArgumentException(
          "DeviceMesh: no axis '" + axisName + "', there are " + axisNames);
    }
    return shape.dim(i);
  }
}
