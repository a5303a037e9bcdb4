-- An upload's file says its repository by its name; a row for each cost two commits for every blob of a push.
drop table blob_upload;
