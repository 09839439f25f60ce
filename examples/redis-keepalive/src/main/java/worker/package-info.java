/** A small, realistic client of Redis: a worker that is idle between jobs. */
package worker;
