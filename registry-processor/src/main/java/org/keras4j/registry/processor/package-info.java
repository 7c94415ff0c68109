/**
 * What is done while a module is compiled: its classes that may be loaded by name from a saved file are
 * listed, and facades are written from the classes whose functions they have.
 */
@NullMarked
package org.keras4j.registry.processor;

import org.jspecify.annotations.NullMarked;
