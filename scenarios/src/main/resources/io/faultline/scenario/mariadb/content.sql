create database faultline;
create table faultline.units (name varchar(200) primary key, payload longblob);
use mysql;
flush privileges;
create user faultline@'%' identified by 'faultline';
grant all on *.* to faultline@'%';
