package org.keras4j.onnx.internal.file;

/**
 * A setting within a function that the function's caller gives.
 *
 * @param name the setting's name at the caller
 */
public record OnnxReference(String name) {}
