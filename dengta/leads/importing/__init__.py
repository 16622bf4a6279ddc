"""Files of leads: upload and recognition, staging by COPY, and the run by batches with its ledger."""
